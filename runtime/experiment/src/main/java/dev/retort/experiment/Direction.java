package dev.retort.experiment;

/** Which values of a metric are better. */
public enum Direction {
    /** Such as accuracy. */
    HIGHER_IS_BETTER,
    /** Such as loss. */
    LOWER_IS_BETTER
}
