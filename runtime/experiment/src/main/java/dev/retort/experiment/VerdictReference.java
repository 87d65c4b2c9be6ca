package dev.retort.experiment;

import dev.retort.experiment.verdict.Outcome;

import org.jspecify.annotations.Nullable;

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
 * @param basis what it follows from; {@code null} in logs of versions that did not record it
 */
public record VerdictReference(
        String hypothesis,
        Outcome outcome,
        double effect,
        double low,
        double high,
        String analysis,
        List<String> runs,
        String summary,
        @Nullable VerdictBasis basis) {
    /** Checks and copies the components. */
    public VerdictReference {
        Objects.requireNonNull(hypothesis, "hypothesis is null");
        Objects.requireNonNull(outcome, "outcome is null");
        Objects.requireNonNull(analysis, "analysis is null");
        Objects.requireNonNull(summary, "summary is null");
        runs = List.copyOf(runs);
    }

    /** A verdict that does not say what it follows from. */
    public VerdictReference(
            String hypothesis,
            Outcome outcome,
            double effect,
            double low,
            double high,
            String analysis,
            List<String> runs,
            String summary) {
        this(hypothesis, outcome, effect, low, high, analysis, runs, summary, null);
    }

    /** Whether another says the same of the same, whatever else was known by then. */
    public boolean isSameFinding(VerdictReference other) {
        return equals(other)
                || (basis != null && other.basis != null && asOf(0).equals(other.asOf(0)));
    }

    private VerdictReference asOf(long event) {
        return new VerdictReference(
                hypothesis,
                outcome,
                effect,
                low,
                high,
                analysis,
                runs,
                summary,
                basis == null ? null : basis.asOf(event));
    }
}
