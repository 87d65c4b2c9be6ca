package dev.retort.experiment.event;

/** What becomes of a run that is asked to stop. */
public enum StopKind {
    /** It waits until it is resumed. */
    PAUSE,
    /** It is queued again. */
    PREEMPT,
    /** It is not wanted any more. */
    CANCEL,
    /** It would not have won. */
    PRUNE
}
