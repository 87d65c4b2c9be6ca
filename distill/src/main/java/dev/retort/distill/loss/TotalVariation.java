package dev.retort.distill.loss;

import ai.djl.ndarray.NDArray;

/**
 * The total variation distance between t = softmax(teacher / T) and s = softmax(student / T):
 *
 * <pre>
 *   T &middot; &frac12; &Sigma; |t - s|
 * </pre>
 *
 * summed over classes, averaged over samples; Wen, Li, Du and Mou, "f-Divergence Minimization for
 * Sequence-Level Knowledge Distillation" (2023), at T = 1. The factor T keeps the gradients at the
 * size they have at T = 1, as T&sup2; does for a divergence.
 *
 * <p>From 0 to T, symmetric, 0 where the logits are equal up to a shift of each row. Its gradient
 * does not fade near the match: it keeps its size and jumps to 0. Labels are ignored.
 */
public final class TotalVariation extends LogitLoss {
    private final double temperature;

    /**
     * Creates a loss.
     *
     * @param temperature T, above 0; 1 in the paper
     */
    public TotalVariation(double temperature) {
        this.temperature = Checks.temperature(temperature);
    }

    @Override
    protected NDArray compute(NDArray student, NDArray teacher, NDArray classes, double weight) {
        NDArray s = logProbabilities(student, temperature).exp();
        NDArray t = logProbabilities(teacher, temperature).exp();
        double factor = weight * temperature / (2 * student.size(0));
        return Constants.scaled(student, t.sub(s).abs().sum(), factor);
    }
}
