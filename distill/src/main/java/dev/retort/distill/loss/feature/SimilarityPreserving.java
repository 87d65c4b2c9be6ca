package dev.retort.distill.loss.feature;

import ai.djl.ndarray.NDArray;

import dev.retort.distill.loss.FeatureLoss;

/**
 * Similarity-preserving distillation: Tung and Mori, "Similarity-Preserving Knowledge Distillation"
 * (2019). G is the matrix of the products of all flattened features of a batch with each other,
 * each row divided by its length:
 *
 * <pre>
 *   &Sigma; (G<sub>s</sub> - G<sub>t</sub>)&sup2; / batch&sup2;
 * </pre>
 *
 * with weight 3000. Student and teacher may differ in every axis but the first. A batch has at
 * least 2 samples.
 *
 * <p>0 with a zero gradient where the similarities are equal; symmetric; the scale of the features,
 * a rotation of them and the order of the samples do not count.
 */
public final class SimilarityPreserving extends FeatureLoss {
    static final double USUAL_WEIGHT = 3000;
    static final int MINIMUM_SAMPLES = 2;

    @Override
    public int minimumSamples() {
        return MINIMUM_SAMPLES;
    }

    @Override
    protected NDArray compute(NDArray student, NDArray teacher) {
        return Vectors.squaredError(similarities(student), similarities(teacher));
    }

    private static NDArray similarities(NDArray features) {
        NDArray rows = Vectors.rows(features);
        return Vectors.unit(Vectors.products(rows, rows), 1);
    }

    @Override
    public double usualWeight() {
        return USUAL_WEIGHT;
    }
}
