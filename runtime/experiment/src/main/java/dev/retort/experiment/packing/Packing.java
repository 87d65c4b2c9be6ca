package dev.retort.experiment.packing;

import dev.retort.experiment.Decision;
import dev.retort.experiment.json.Json;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The rules by which runs share a device. They come together if the peaks of their memory that are
 * expected fit it and leave a tenth free; each is measured then, and the youngest goes again if
 * together they get less done than 1.05 times what they would one after the other. What they get
 * done is the sum of the parts of their pace alone that they have; where one's pace alone is not
 * known, it is taken to have the mean part of the others. Who runs out of memory goes on alone. A
 * function of its arguments.
 */
public final class Packing {
    /** The name and version that stands in decisions. */
    public static final String POLICY = "packing/1";

    /** The part of a device's memory that is left free. */
    static final double HEAD_ROOM = 0.1;

    /** What runs together have to get done, where one after the other is 1. */
    static final double LEAST_GAIN = 1.05;

    /** How many share a device at most. */
    static final int MOST = 4;

    private Packing() {}

    /** What is decided about the last member; nothing if all stays as it is. */
    public static Optional<Decision> decide(Weighing weighing) {
        String reason =
                switch (weighing.question()) {
                    case JOIN -> fits(weighing);
                    case PACE -> isSlow(weighing);
                    case OUT_OF_MEMORY ->
                            "it ran out of memory beside " + names(weighing) + " and goes on alone";
                };
        Decision.Kind kind =
                weighing.question() == Weighing.Question.JOIN
                        ? Decision.Kind.PACK
                        : Decision.Kind.UNPACK;
        return Optional.ofNullable(reason)
                .map(
                        why ->
                                new Decision(
                                        kind,
                                        weighing.subject().run(),
                                        why,
                                        POLICY,
                                        Json.sha256(weighing)));
    }

    private static @Nullable String fits(Weighing weighing) {
        List<Member> members = weighing.members();
        if (members.size() > MOST
                || members.stream()
                        .anyMatch(member -> member.apart() || member.peakBytes() == null)) {
            return null;
        }
        long room = (long) (weighing.memoryBytes() * (1 - HEAD_ROOM));
        long sum = 0;
        for (Member member : members) {
            long peak = Objects.requireNonNull(member.peakBytes());
            if (peak > room - sum) {
                return null;
            }
            sum += peak;
        }
        return "with "
                + names(weighing)
                + " it is expected to hold "
                + sum
                + " of "
                + weighing.memoryBytes()
                + " bytes of device "
                + weighing.device();
    }

    private static @Nullable String isSlow(Weighing weighing) {
        double known = 0;
        int count = 0;
        for (Member member : weighing.members()) {
            Double share = member.share();
            if (member.sharedPace() == null) {
                return null;
            }
            if (share != null) {
                known += share;
                count++;
            }
        }
        if (count == 0) {
            return null;
        }
        double done = known / count * weighing.members().size();
        return done >= LEAST_GAIN
                ? null
                : String.format(
                        Locale.ROOT,
                        "with %s %.3g times is done what would be one after the other, less than"
                                + " %.3g",
                        names(weighing),
                        done,
                        LEAST_GAIN);
    }

    private static String names(Weighing weighing) {
        return weighing.others().stream()
                .map(Member::run)
                .collect(Collectors.joining(" and ", "run ", ""));
    }
}
