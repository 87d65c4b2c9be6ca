package dev.retort.experiment.search;

import java.util.Objects;

/**
 * What becomes of a trial. It names what it was decided from by a number and holds none of it, so
 * that it has the same size however many trials there are; with the reports it can be made again.
 *
 * @param action what to do
 * @param trial the number of the trial
 * @param epochs the epochs up to which it may train, counted from its start; those it has trained
 *     for {@link Action#STOP} and {@link Action#COMPLETE}, and where a rule looks at every epoch
 * @param reports how many reports, from the first on, it was decided from
 * @param reason the decision in one sentence
 */
public record TrialDecision(Action action, int trial, int epochs, int reports, String reason) {
    /** What to do. */
    public enum Action {
        /** Train a new trial. */
        START,
        /** Train on without a pause. */
        CONTINUE,
        /** Take up a paused trial again. */
        PROMOTE,
        /** Train no more. */
        STOP,
        /** It has trained all it was to. */
        COMPLETE
    }

    /** Checks the components. */
    public TrialDecision {
        Objects.requireNonNull(action, "action is null");
        Objects.requireNonNull(reason, "reason is null");
    }
}
