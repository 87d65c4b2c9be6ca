package dev.retort.experiment;

import java.util.Map;

/** Objects for tests. */
public final class Samples {
    private Samples() {}

    /** A hypothesis that nothing is special about. */
    public static Hypothesis hypothesis(String id) {
        return new Hypothesis(
                id,
                "vision",
                "A higher temperature helps.",
                "accuracy",
                Direction.HIGHER_IS_BETTER,
                0.01,
                0.05,
                Budget.unlimited());
    }

    /** An arm of a task. */
    public static Arm arm(String name, String task, Map<String, Object> config) {
        return new Arm(name, task, config, "code-1", "data-1");
    }

    /**
     * An experiment of one arm that has its name in its config, so that no two are the same work.
     */
    public static ExperimentBuilder experiment(String id, String team, String task, long... seeds) {
        return new ExperimentBuilder(id, team)
                .user("ada")
                .arm(arm("a", task, Map.of("of", id)))
                .seeds(seeds);
    }

    /** Seeds from 1. */
    public static long[] seeds(int count) {
        long[] seeds = new long[count];
        for (int i = 0; i < count; i++) {
            seeds[i] = i + 1L;
        }
        return seeds;
    }
}
