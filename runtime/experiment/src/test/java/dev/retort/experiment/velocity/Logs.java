package dev.retort.experiment.velocity;

import dev.retort.experiment.velocity.Milestone.End;
import dev.retort.experiment.verdict.Outcome;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Random logs with times in whole seconds. */
final class Logs {
    static final Instant EPOCH = Instant.parse("2026-03-01T00:00:00Z");

    private Logs() {}

    static Instant at(long second) {
        return EPOCH.plusSeconds(second);
    }

    /** Hypotheses with runs, losses, shared devices, open ends and second verdicts. */
    static List<Milestone> random(SplittableRandom random) {
        List<Milestone> events = new ArrayList<>();
        int hypotheses = 1 + random.nextInt(8);
        for (int h = 0; h < hypotheses; h++) {
            String name = "h" + h;
            long time = random.nextInt(200);
            events.add(
                    new Milestone.Registered(
                            at(time), name, Map.of("team", "t" + random.nextInt(3))));
            long last = time;
            int runs = random.nextInt(5);
            for (int r = 0; r < runs; r++) {
                long submitted = time + random.nextInt(60);
                last = Math.max(last, run(events, name, name + "r" + r, submitted, random));
            }
            if (random.nextInt(4) > 0) {
                last += random.nextInt(40);
                events.add(new Milestone.Decided(at(last), name, any(Outcome.values(), random)));
                if (random.nextInt(4) == 0) {
                    last += random.nextInt(40);
                    events.add(
                            new Milestone.Decided(at(last), name, any(Outcome.values(), random)));
                }
            }
        }
        // Stable: what follows from something else at the same time stays behind it.
        events.sort(Comparator.comparing(Milestone::at));
        return events;
    }

    private static long run(
            List<Milestone> events,
            String hypothesis,
            String run,
            long submitted,
            SplittableRandom random) {
        Map<String, String> tags =
                random.nextBoolean() ? Map.of() : Map.of("device", "d" + random.nextInt(2));
        events.add(
                new Milestone.Submitted(
                        at(submitted),
                        run,
                        hypothesis,
                        1 + random.nextInt(3),
                        random.nextInt(3),
                        tags));
        long time = submitted;
        while (random.nextInt(12) > 0) {
            time += random.nextInt(20);
            events.add(new Milestone.Admitted(at(time), run));
            time = shared(events, run, time, time + random.nextInt(6), random);
            boolean stepped = random.nextInt(8) > 0;
            if (stepped) {
                events.add(new Milestone.FirstStep(at(time), run));
                time = shared(events, run, time, time + random.nextInt(40), random);
            }
            if (random.nextInt(3) > 0) {
                events.add(new Milestone.Ended(at(time), run, any(End.values(), random)));
                return time;
            }
            Duration work = Duration.ofSeconds(random.nextInt(30));
            events.add(new Milestone.Lost(at(time), run, work));
            switch (random.nextInt(4)) {
                case 0 ->
                        events.add(
                                new Milestone.BackedOff(
                                        at(time), run, at(time + random.nextInt(15))));
                case 1 -> {
                    events.add(new Milestone.Paused(at(time), run));
                    time += random.nextInt(15);
                    events.add(new Milestone.Resumed(at(time), run));
                }
                default -> {}
            }
        }
        return time;
    }

    /** Others come to its devices and go; returns the end. */
    private static long shared(
            List<Milestone> events, String run, long from, long to, SplittableRandom random) {
        for (long time = from; time <= to; time += 1 + random.nextInt(20)) {
            if (random.nextInt(3) == 0) {
                events.add(new Milestone.Shared(at(time), run, 1 + random.nextInt(3)));
            }
        }
        return to;
    }

    private static <T> T any(T[] values, SplittableRandom random) {
        return values[random.nextInt(values.length)];
    }
}
