package dev.retort.experiment;

import dev.retort.experiment.verdict.Design;

import java.util.Objects;

/**
 * How a hypothesis is decided. It is registered with the hypothesis and covered by its hash, so
 * that neither the arms nor the stop rule can be chosen after results were seen. Immutable.
 *
 * @param treatment the name of the arm that is claimed to be better
 * @param control the name of the arm it is compared with
 * @param design how seeds are turned into a decision: the looks, and the most seeds
 */
public record AnalysisPlan(String treatment, String control, Design design) {
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
    }
}
