package dev.retort.examples.plan;

import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.retort.planning.FlopConvention;
import dev.retort.planning.fit.ParametricLaw;
import dev.retort.planning.fit.RepeatedDataLaw;
import dev.retort.planning.optimum.Allocation;
import dev.retort.planning.optimum.ComputeOptimum;

import java.util.Locale;

/**
 * The optimum of a budget where tokens have to be repeated: a law for unique data, with the worth
 * of repetition that Muennighoff et al. 2023 measured.
 *
 * @param uniqueTokens the tokens that differ
 * @param optimum the model and all its tokens
 */
record RepeatedPlan(double uniqueTokens, Allocation optimum) {
    static RepeatedPlan of(
            ParametricLaw law, FlopConvention convention, double flops, double uniqueTokens) {
        RepeatedDataLaw repeated =
                new RepeatedDataLaw(
                        law,
                        RepeatedDataLaw.PUBLISHED.repeats(),
                        RepeatedDataLaw.PUBLISHED.excess());
        return new RepeatedPlan(
                uniqueTokens, ComputeOptimum.of(repeated, convention, flops, uniqueTokens));
    }

    private double epochs() {
        return optimum.tokens() / uniqueTokens;
    }

    String sentence() {
        return String.format(
                Locale.ROOT,
                "Of %s unique tokens, N = %s on D = %s (%.3g epochs), loss %.4f nats: by R_D* ="
                        + " %.4g and R_N* = %.4g of Muennighoff et al. 2023 over this law, the limits"
                        + " left out.",
                Output.number(uniqueTokens),
                Output.number(optimum.parameters()),
                Output.number(optimum.tokens()),
                epochs(),
                optimum.loss(),
                RepeatedDataLaw.PUBLISHED.repeats(),
                RepeatedDataLaw.PUBLISHED.excess());
    }

    ObjectNode json() {
        ObjectNode node = Output.object();
        node.put("uniqueTokens", uniqueTokens);
        node.put("parameters", optimum.parameters());
        node.put("tokens", optimum.tokens());
        node.put("epochs", epochs());
        node.put("flops", optimum.flops());
        node.put("loss", optimum.loss());
        return node;
    }
}
