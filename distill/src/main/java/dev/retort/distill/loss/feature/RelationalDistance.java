package dev.retort.distill.loss.feature;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.retort.distill.loss.FeatureLoss;

/**
 * RKD by distances: Park, Kim, Lu and Cho, "Relational Knowledge Distillation" (2019). The
 * distances between all flattened features of a batch, each divided by the mean distance of two
 * different samples, are compared by Huber's error with a bound of 1:
 *
 * <pre>
 *   mean over all pairs, (i, i) included, of huber(d<sub>s</sub> / mean d<sub>s</sub> - d<sub>t</sub> / mean d<sub>t</sub>)
 * </pre>
 *
 * with weight 25. Student and teacher may differ in every axis but the first. A batch has at least
 * 2 samples; batch&sup2; times the features' width is held in memory.
 *
 * <p>0 with a zero gradient where the relative distances are equal; symmetric; scale, rotation and
 * shift of the features and the order of the samples do not count. With 2 samples it is always 0.
 * Samples whose features are equal have distance 0 and no gradient to each other.
 */
public final class RelationalDistance extends FeatureLoss {
    static final double USUAL_WEIGHT = 25;
    static final int MINIMUM_SAMPLES = 2;

    @Override
    public int minimumSamples() {
        return MINIMUM_SAMPLES;
    }

    @Override
    protected NDArray compute(NDArray student, NDArray teacher) {
        return Vectors.huberError(distances(student), distances(teacher));
    }

    private static NDArray distances(NDArray features) {
        NDArray rows = Vectors.rows(features);
        // Differences, not products of rows, whose own difference would lose the digits of close
        // samples.
        NDArray difference = rows.expandDims(1).sub(rows.expandDims(0));
        long n = rows.size(0);
        NDManager manager = rows.getManager();
        NDArray others =
                manager.ones(new Shape(n, n), rows.getDataType())
                        .sub(
                                manager.eye(
                                        Math.toIntExact(n),
                                        Math.toIntExact(n),
                                        0,
                                        rows.getDataType()));
        NDArray distances =
                Vectors.roots(difference.mul(difference).sum(new int[] {2})).mul(others);
        NDArray pairs = Vectors.constant(rows, n * (n - 1.0));
        return distances.mul(pairs).div(distances.sum());
    }

    @Override
    public double usualWeight() {
        return USUAL_WEIGHT;
    }
}
