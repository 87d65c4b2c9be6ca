package dev.retort.distill.loss.feature;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.ParameterList;

import dev.retort.distill.loss.FeatureLoss;

import org.jspecify.annotations.Nullable;

/**
 * Embedding distillation by angles: 1 minus the cosine between the student's embedding, after a
 * projector where the widths differ, and the teacher's, averaged over the samples. The term of Sanh
 * et al., "DistilBERT, a distilled version of BERT" (2019), that aligns hidden states.
 *
 * <p>Other features than vectors are flattened. From 0 to 2; 0 with a zero gradient where the
 * directions are equal; neither the scale of the embeddings counts nor, without a projector, which
 * is whose. An embedding of zeros has cosine 0 with every other.
 */
public final class FeatureCosine extends FeatureLoss {
    static final double USUAL_WEIGHT = 1;

    private final @Nullable Projector projector;

    /**
     * Creates a loss.
     *
     * @param projector of the student's embeddings, borrowed; {@code null} for equal widths
     */
    public FeatureCosine(@Nullable Projector projector) {
        this.projector = projector;
    }

    @Override
    protected NDArray compute(NDArray student, NDArray teacher) {
        NDArray projected = projector == null ? student : projector.project(student);
        Maps rows = new Maps(Vectors.rows(projected), Vectors.rows(teacher));
        rows.requireEqualShapes();
        NDArray cosines =
                Vectors.unit(rows.student(), 1)
                        .mul(Vectors.unit(rows.teacher(), 1))
                        .sum(new int[] {1});
        return Vectors.constant(cosines, 1).sub(cosines).mean();
    }

    @Override
    public double usualWeight() {
        return USUAL_WEIGHT;
    }

    @Override
    public ParameterList parameters() {
        return projector == null ? super.parameters() : projector.parameters();
    }
}
