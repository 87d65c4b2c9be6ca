package dev.retort.examples;

import dev.retort.examples.TopSnapshot.Run;

import java.util.Comparator;

/** In which order runs are shown. */
enum TopOrder {
    /** What runs first, then what was lost, then what ended; the latest first. */
    STATE(
            Comparator.comparing(
                    (Run run) ->
                            switch (run.state()) {
                                case "RUNNING" -> 0;
                                case "LOST" -> 1;
                                default -> 2;
                            })),
    /** By name. */
    NAME(Comparator.comparing(run -> run.status().name())),
    /** The fewest steps last. */
    STEP(Comparator.comparing((Run run) -> run.status().steps()).reversed()),
    /** The slowest last. */
    RATE(Comparator.comparing((Run run) -> run.status().itemsPerSecond()).reversed()),
    /** The worst first: who lost most of its time. */
    LOSS(Comparator.comparing(Run::biggestLossShare).reversed());

    private final Comparator<Run> comparator;

    TopOrder(Comparator<Run> first) {
        comparator =
                first.thenComparing(
                                Comparator.comparing((Run run) -> run.status().beganEpochMillis())
                                        .reversed())
                        .thenComparing(run -> run.status().process().pid());
    }

    Comparator<Run> comparator() {
        return comparator;
    }

    TopOrder next() {
        TopOrder[] all = values();
        for (int i = 0; i < all.length - 1; i++) {
            if (all[i] == this) {
                return all[i + 1];
            }
        }
        return all[0];
    }
}
