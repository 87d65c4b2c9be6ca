package dev.retort.experiment.search;

import java.util.List;

/**
 * What becomes of a trial, with what it was decided from.
 *
 * @param action what to do
 * @param trial the number of the trial
 * @param epochs the epochs up to which it may train, counted from its start; those it has trained
 *     for {@link Action#STOP} and {@link Action#COMPLETE}, and where a rule looks at every epoch
 * @param inputs the reports that it was compared with, its own among them, in the order of the log
 * @param reason the decision in one sentence
 */
public record Decision(Action action, int trial, int epochs, List<Report> inputs, String reason) {
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

    /** Copies the reports. */
    public Decision {
        inputs = List.copyOf(inputs);
    }
}
