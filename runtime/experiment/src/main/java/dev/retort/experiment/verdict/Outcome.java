package dev.retort.experiment.verdict;

/** What is known of a claim. */
public enum Outcome {
    /** The effect is above zero, and the smallest effect that matters is not excluded. */
    CONFIRMED,
    /** An effect that matters is excluded: it is absent, of the wrong sign or too small. */
    REFUTED,
    /** Neither is shown. */
    INCONCLUSIVE
}
