package dev.retort.planning.fit;

/**
 * What happens to points whose learning-rate schedule does not end where they were taken: a loss in
 * the middle of a schedule is higher than that of a run which was planned to end there (Hoffmann et
 * al. 2022, figure A1).
 */
public enum SchedulePolicy {
    /** They are used as they are, and the fit warns. */
    WARN,
    /** They are left out. */
    EXCLUDE,
    /**
     * Their loss is divided by (schedule tokens / tokens)^γ, where γ is the median that they show
     * against the law of the points on schedule; refused where those do not suffice for a law, or
     * too few points are short of its end for a median. Points beyond the end of their schedule, of
     * which γ says nothing, are left out. Intervals are those for this γ as it is.
     */
    CORRECT
}
