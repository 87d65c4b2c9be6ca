package dev.retort.experiment.event;

/**
 * What becomes of a run that is asked to stop, the weakest first: of two that are asked for, the
 * stronger one counts.
 */
public enum StopKind {
    /** It is queued again. */
    PREEMPT,
    /** It waits until it is resumed. */
    PAUSE,
    /** It would not have won. */
    PRUNE,
    /** It reported what is no number, and has failed by that. */
    DIVERGE,
    /** It is not wanted any more. */
    CANCEL
}
