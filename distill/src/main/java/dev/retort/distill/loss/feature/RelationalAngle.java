package dev.retort.distill.loss.feature;

import ai.djl.ndarray.NDArray;

import dev.retort.distill.loss.FeatureLoss;

/**
 * RKD by angles: Park, Kim, Lu and Cho, "Relational Knowledge Distillation" (2019). For each three
 * samples of a batch the cosine of the angle that the first and the third form at the second is
 * compared by Huber's error with a bound of 1:
 *
 * <pre>
 *   mean over all (i, j, k) of huber(cos&ang;<sub>s</sub>(i, j, k) - cos&ang;<sub>t</sub>(i, j, k))
 * </pre>
 *
 * with weight 50; where two of the three are the same sample both cosines are 0 or both 1. Student
 * and teacher may differ in every axis but the first. A batch has at least 3 samples; batch&sup2;
 * times the features' width and batch&sup3; are held in memory.
 *
 * <p>0 with a zero gradient where the angles are equal; symmetric; scale, rotation and shift of the
 * features and the order of the samples do not count.
 */
public final class RelationalAngle extends FeatureLoss {
    static final double USUAL_WEIGHT = 50;
    static final int MINIMUM_SAMPLES = 3;

    @Override
    public int minimumSamples() {
        return MINIMUM_SAMPLES;
    }

    @Override
    protected NDArray compute(NDArray student, NDArray teacher) {
        return Vectors.huberError(cosines(student), cosines(teacher));
    }

    /** (vertex, one end, the other end). */
    private static NDArray cosines(NDArray features) {
        NDArray rows = Vectors.rows(features);
        NDArray edges = Vectors.unit(rows.expandDims(0).sub(rows.expandDims(1)), 2);
        return edges.batchMatMul(edges.transpose(0, 2, 1));
    }

    @Override
    public double usualWeight() {
        return USUAL_WEIGHT;
    }
}
