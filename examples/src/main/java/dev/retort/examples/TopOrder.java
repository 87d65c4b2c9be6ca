package dev.retort.examples;

import dev.retort.examples.TopSnapshot.Run;

import org.jspecify.annotations.Nullable;

import java.util.Comparator;

/** In which order runs are shown. */
enum TopOrder {
    /** What runs first, then what was lost, then what ended. */
    STATE,
    /** By name. */
    NAME,
    /** The fewest steps last. */
    STEP,
    /** The slowest last. */
    RATE,
    /** The worst first: who lost most of its time. */
    LOSS;

    private static final double UNKNOWN = -1;

    /** Of those that are equal the latest comes first. */
    Comparator<Run> comparator() {
        return first().thenComparing(
                        Comparator.comparingLong((Run run) -> run.status().beganEpochMillis())
                                .reversed())
                .thenComparingLong(run -> run.status().process().pid());
    }

    private Comparator<Run> first() {
        return switch (this) {
            case STATE -> Comparator.comparingInt(TopOrder::rank);
            case NAME -> Comparator.comparing(run -> run.status().name());
            case STEP -> Comparator.comparingLong((Run run) -> run.status().steps()).reversed();
            case RATE ->
                    Comparator.comparingDouble(
                                    (Run run) ->
                                            run.isSilent()
                                                    ? UNKNOWN
                                                    : orUnknown(run.status().itemsPerSecond()))
                            .reversed();
            case LOSS ->
                    Comparator.comparingDouble((Run run) -> orUnknown(run.biggestLossShare()))
                            .reversed();
        };
    }

    /** What is absent comes after what is 0. */
    private static double orUnknown(@Nullable Double value) {
        return value == null ? UNKNOWN : value;
    }

    private static int rank(Run run) {
        return switch (run.state()) {
            case "RUNNING" -> 0;
            case "LOST" -> 1;
            default -> 2;
        };
    }

    /** The order that comes after this one, in a circle. */
    TopOrder next() {
        return switch (this) {
            case STATE -> NAME;
            case NAME -> STEP;
            case STEP -> RATE;
            case RATE -> LOSS;
            case LOSS -> STATE;
        };
    }
}
