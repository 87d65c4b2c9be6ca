package dev.retort.experiment.event;

import java.util.Locale;

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
    CANCEL;

    /**
     * What it is asked to do, as words go on after "asked to".
     *
     * @return a verb, or a few words
     */
    public String words() {
        return this == DIVERGE ? "stop because it diverged" : name().toLowerCase(Locale.ROOT);
    }
}
