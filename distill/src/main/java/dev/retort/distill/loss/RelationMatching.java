package dev.retort.distill.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

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
 * <p>As in published code 1e-8 is added to the product of the norms that the correlation divides
 * by, which bounds the gradient. So where the logits are equal up to a shift of each row, loss and
 * gradient are only about 1e-8 over the squared spread of the probabilities. A class that has the
 * same probability in every sample, up to rounding, has no correlation; it counts as 0, with a zero
 * gradient. Symmetric. A batch has at least 2 samples. Labels are ignored.
 */
public final class RelationMatching extends LogitLoss {
    // Below it the root's slope would be infinite.
    private static final double SMALLEST_SQUARE = 1e-300;

    private static final double EPSILON = 1e-8;

    /** A product of norms that is rounding: its correlation is noise, below 1e-4. */
    private static final double ROUNDING = 1e-12;

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
        NDArray spread = norms.gt(constant(s, ROUNDING)).toType(DataType.FLOAT64, false);
        NDArray correlation =
                a.mul(b).sum(along, true).div(norms.add(constant(s, EPSILON))).mul(spread).mean();
        return constant(s, factor).sub(constant(s, factor).mul(correlation));
    }

    private static NDArray norm(NDArray centred, int[] along) {
        return centred.mul(centred)
                .sum(along, true)
                .maximum(constant(centred, SMALLEST_SQUARE))
                .sqrt();
    }
}
