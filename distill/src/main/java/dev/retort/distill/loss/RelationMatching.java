package dev.retort.distill.loss;

import ai.djl.ndarray.NDArray;

/**
 * DIST: Huang, You, Wang, Qian and Xu, "Knowledge Distillation from A Stronger Teacher" (2022).
 * Asks for the same relations, not the same values, between s = softmax(student / &tau;) and t =
 * softmax(teacher / &tau;), by Pearson's correlation &rho;:
 *
 * <pre>
 *   &tau;&sup2; &middot; (&beta; &middot; (1 - mean over samples &rho;(s, t)) + &gamma; &middot; (1 - mean over classes &rho;(s, t)))
 * </pre>
 *
 * The first part correlates each sample's probabilities over the classes, the second each class's
 * over the samples of the batch. Common defaults are &beta; = &gamma; = 1 and &tau; = 1, beside a
 * cross-entropy of weight 1.
 *
 * <p>0 with a zero gradient where the logits are equal up to a shift of each row, unless a class
 * has the same probability in every sample; it has no correlation then, which counts as 0, with a
 * zero gradient. Symmetric. Published code adds 1e-8 to the product of the norms; here only a
 * division by 0 is avoided. A batch has at least 2 samples. Labels are ignored.
 */
public final class RelationMatching extends LogitLoss {
    private static final double SMALLEST_SQUARE = 1e-300;

    private final double beta;
    private final double gamma;
    private final double temperature;

    /**
     * Creates a loss.
     *
     * @param beta weight of the relations within a sample, at least 0
     * @param gamma weight of the relations within a class, at least 0
     * @param temperature &tau;, above 0
     */
    public RelationMatching(double beta, double gamma, double temperature) {
        this.beta = Checks.notNegative("a beta", beta);
        this.gamma = Checks.notNegative("a gamma", gamma);
        this.temperature = Checks.temperature(temperature);
    }

    @Override
    public int minimumSamples() {
        return 2;
    }

    @Override
    protected NDArray compute(NDArray student, NDArray teacher, NDArray classes, double weight) {
        NDArray s = logProbabilities(student, temperature).exp();
        NDArray t = logProbabilities(teacher, temperature).exp();
        NDArray both = distance(s, t, 1, beta).add(distance(s, t, 0, gamma)).sum();
        return Constants.scaled(student, both, weight * temperature * temperature);
    }

    /** A factor times (1 - the mean correlation along an axis), of shape (1). */
    private static NDArray distance(NDArray s, NDArray t, int axis, double factor) {
        int[] along = {axis};
        NDArray a = s.sub(s.mean(along, true));
        NDArray b = t.sub(t.mean(along, true));
        NDArray norms = norm(a, along).mul(norm(b, along));
        NDArray correlation = a.mul(b).sum(along, true).div(norms).mean();
        return constant(s, factor).sub(constant(s, factor).mul(correlation));
    }

    private static NDArray norm(NDArray centred, int[] along) {
        return centred.mul(centred)
                .sum(along, true)
                .maximum(constant(centred, SMALLEST_SQUARE))
                .sqrt();
    }
}
