package dev.retort.experiment;

import dev.retort.experiment.verdict.Design;
import dev.retort.experiment.verdict.Family;
import dev.retort.experiment.verdict.OpenEnded;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/**
 * How a hypothesis is decided. It is registered with the hypothesis and covered by its hash, so
 * that neither the arms nor the stop rule can be chosen after results were seen. Immutable.
 *
 * @param treatment the name of the arm that is claimed to be better
 * @param control the name of the arm it is compared with
 * @param design how seeds are turned into a decision: the looks, and the most seeds
 * @param family the hypotheses that it is corrected with, or {@code null} if it stands alone
 */
public record AnalysisPlan(
        String treatment, String control, Design design, @Nullable HypothesisFamily family) {
    /** Checks the components. */
    public AnalysisPlan {
        Require.name(treatment, "the treatment");
        Require.name(control, "the control");
        Objects.requireNonNull(design, "design is null");
        if (treatment.equals(control)) {
            throw new IllegalArgumentException(
                    "the treatment and the control are both the arm "
                            + treatment
                            + ": expected two arms");
        }
        if (family != null
                && family.correction() == Family.Correction.E_BENJAMINI_HOCHBERG
                && !(design instanceof OpenEnded)) {
            throw new IllegalArgumentException(
                    "family "
                            + family.id()
                            + " is corrected by e-values: expected an open-ended stop rule");
        }
    }

    /** A plan of a hypothesis that stands alone. */
    public AnalysisPlan(String treatment, String control, Design design) {
        this(treatment, control, design, null);
    }
}
