package dev.retort.distill.loss.feature;

import ai.djl.ndarray.NDArray;

import dev.retort.distill.loss.FeatureLoss;

/**
 * PKT: Passalis and Tefas, "Learning Deep Representations with Probabilistic Knowledge Transfer"
 * (2018). For each sample the similarities (cos + 1) / 2 to all samples of the batch, itself
 * included, are divided by their sum, which makes probabilities p:
 *
 * <pre>
 *   mean over all pairs of p<sub>t</sub> log((p<sub>t</sub> + &epsilon;) / (p<sub>s</sub> + &epsilon;)),   &epsilon; = 1e-7
 * </pre>
 *
 * with weight 30000. Student and teacher may differ in every axis but the first. A batch has at
 * least 2 samples.
 *
 * <p>0 where the similarities are equal, with a gradient that is 0 short of &epsilon;; not
 * symmetric; the scale of the features, a rotation of them and the order of the samples do not
 * count.
 */
public final class ProbabilisticTransfer extends FeatureLoss {
    static final double USUAL_WEIGHT = 30_000;
    static final int MINIMUM_SAMPLES = 2;

    private static final double EPSILON = 1e-7;

    @Override
    public int minimumSamples() {
        return MINIMUM_SAMPLES;
    }

    @Override
    protected NDArray compute(NDArray student, NDArray teacher) {
        NDArray epsilon = Vectors.constant(student, EPSILON);
        NDArray s = probabilities(student).add(epsilon);
        NDArray t = probabilities(teacher);
        return t.mul(t.add(epsilon).log().sub(s.log())).mean();
    }

    private static NDArray probabilities(NDArray features) {
        NDArray rows = Vectors.unit(Vectors.rows(features), 1);
        // Half of it is left out: it cancels when the rows are divided by their sums.
        NDArray similarities = Vectors.products(rows, rows).add(Vectors.constant(rows, 1));
        return similarities.div(similarities.sum(new int[] {1}, true));
    }

    @Override
    public double usualWeight() {
        return USUAL_WEIGHT;
    }
}
