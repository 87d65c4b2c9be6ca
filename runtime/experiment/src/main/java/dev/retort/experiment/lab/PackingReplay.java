package dev.retort.experiment.lab;

import dev.retort.experiment.Decision;
import dev.retort.experiment.event.Event.DecisionAdvised;
import dev.retort.experiment.event.Event.DecisionMade;
import dev.retort.experiment.event.Event.PackingWeighed;
import dev.retort.experiment.event.RecordedEvent;
import dev.retort.experiment.packing.Member;
import dev.retort.experiment.packing.Packing;
import dev.retort.experiment.packing.Weighing;
import dev.retort.experiment.state.LabState;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.store.EventStore;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Decides once more from a log which runs shared a device: every decision to share one and to share
 * it no longer has to come out as it was recorded, bit for bit, and from what the log before it
 * tells of the memory and the pace alone of those runs.
 */
public final class PackingReplay {
    private final LabState state = new LabState();

    /** What was weighed, by the number of the last event that was known. */
    private final Map<Long, List<Recorded>> due = new HashMap<>();

    private final List<String> differences = new ArrayList<>();
    private @Nullable Weighing weighed;
    private int replayed;

    private PackingReplay() {}

    /** A weighing with the number of its event. */
    private record Recorded(long seq, Weighing weighing) {}

    /** Replays a log. */
    public static Replayed of(EventStore store) {
        PackingReplay replay = new PackingReplay();
        store.forEachEvent(replay::decide);
        store.forEachEvent(replay::check);
        return new Replayed(replay.replayed, replay.differences);
    }

    private void decide(RecordedEvent recorded) {
        switch (recorded.event()) {
            case PackingWeighed(Weighing weighing) -> {
                weighed = weighing;
                // In a log of a version that did not say, it was what came before.
                Long after = weighing.after();
                due.computeIfAbsent(
                                after == null ? recorded.seq() - 1 : after, _ -> new ArrayList<>())
                        .add(new Recorded(recorded.seq(), weighing));
            }
            case DecisionMade(Decision decision) -> compare(recorded, decision);
            case DecisionAdvised(Decision decision) -> compare(recorded, decision);
            default -> {}
        }
    }

    /** What was weighed, as of the event after which it was. */
    private void check(RecordedEvent recorded) {
        state.apply(recorded);
        for (Recorded each : due.getOrDefault(recorded.seq(), List.of())) {
            each.weighing().members().forEach(member -> check(each, each.weighing(), member));
        }
    }

    private void check(Recorded recorded, Weighing weighing, Member member) {
        RunView subject = state.run(weighing.subject().run()).orElseThrow();
        RunView view = state.run(member.run()).orElseThrow();
        Member again = state.member(view, subject, member.sharedPace());
        if (!again.equals(member)) {
            differences.add("event " + recorded.seq() + " was " + member + " and is " + again);
        }
    }

    private void compare(RecordedEvent recorded, Decision was) {
        if (was.kind() != Decision.Kind.PACK && was.kind() != Decision.Kind.UNPACK) {
            return;
        }
        replayed++;
        Decision again = weighed == null ? null : Packing.decide(weighed).orElse(null);
        if (!was.equals(again)) {
            differences.add("event " + recorded.seq() + " was " + was + " and is " + again);
        }
    }
}
