package dev.retort.experiment;

/**
 * That an arm does the same as another in its first steps, so that its runs go on from what the run
 * of the other arm and the same seed saved then. Who submits it says so: nothing can check it but a
 * run from the beginning. Where the other run ended without that checkpoint, a run begins anew.
 * Immutable.
 *
 * @param arm the name of the other arm of the experiment
 * @param step the step up to which they are the same; the other run has to commit a checkpoint then
 */
public record Fork(String arm, long step) {
    /** Checks the components. */
    public Fork {
        Require.name(arm, "the arm that is forked");
        if (step < 1) {
            throw new IllegalArgumentException(
                    "a fork of arm " + arm + " is at step " + step + ": expected at least 1");
        }
    }
}
