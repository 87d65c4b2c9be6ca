package dev.retort.experiment;

import dev.retort.experiment.verdict.Outcome;

import java.util.List;
import java.util.Objects;

/**
 * That a hypothesis was decided, by which analysis of which runs. Immutable.
 *
 * @param hypothesis what was decided
 * @param outcome what was found
 * @param effect the estimated difference in the metric's unit
 * @param low the lower end of its interval, negative infinity where it is not known
 * @param high the upper end, infinity where it is not known
 * @param analysis the name and version of the analysis
 * @param runs the runs it used, in its order
 * @param summary one sentence
 */
public record VerdictReference(
        String hypothesis,
        Outcome outcome,
        double effect,
        double low,
        double high,
        String analysis,
        List<String> runs,
        String summary) {
    /** Checks and copies the components. */
    public VerdictReference {
        Objects.requireNonNull(hypothesis, "hypothesis is null");
        Objects.requireNonNull(outcome, "outcome is null");
        Objects.requireNonNull(analysis, "analysis is null");
        Objects.requireNonNull(summary, "summary is null");
        runs = List.copyOf(runs);
    }
}
