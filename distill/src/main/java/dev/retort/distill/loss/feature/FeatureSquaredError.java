package dev.retort.distill.loss.feature;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.ParameterList;

import dev.retort.distill.loss.FeatureLoss;

import org.jspecify.annotations.Nullable;

/**
 * The squared difference of features, averaged over all their elements, after a projector on the
 * student's side where the sizes differ:
 *
 * <pre>
 *   mean (r(f<sub>s</sub>) - f<sub>t</sub>)&sup2;
 * </pre>
 *
 * <p>As <em>hints</em>: Romero et al., "FitNets: Hints for Thin Deep Nets" (2015), with a regressor
 * r on a middle layer; half the sum of squares in the paper, the mean with weight 100 in
 * reproductions. As <em>embedding distillation</em>: the mean squared error between sentence
 * embeddings, as Reimers and Gurevych, "Making Monolingual Sentence Embeddings Multilingual using
 * Knowledge Distillation" (2020), use it.
 *
 * <p>Any shapes that are equal after the projector; of maps, the larger ones are averaged to the
 * height and width of the smaller. 0 with a zero gradient at equality; without a projector it is
 * symmetric.
 */
public final class FeatureSquaredError extends FeatureLoss {
    static final double HINT_WEIGHT = 100;

    private final @Nullable Projector projector;
    private final double usualWeight;

    private FeatureSquaredError(@Nullable Projector projector, double usualWeight) {
        this.projector = projector;
        this.usualWeight = usualWeight;
    }

    /**
     * Hints of a FitNet, usual weight 100.
     *
     * @param regressor r, borrowed; {@code null} for features of equal sizes
     * @return the loss
     */
    public static FeatureSquaredError hints(@Nullable Projector regressor) {
        return new FeatureSquaredError(regressor, HINT_WEIGHT);
    }

    /**
     * Embedding distillation, usual weight 1.
     *
     * @param projector r, borrowed; {@code null} for embeddings of equal widths
     * @return the loss
     */
    public static FeatureSquaredError embeddings(@Nullable Projector projector) {
        return new FeatureSquaredError(projector, 1);
    }

    @Override
    protected NDArray compute(NDArray student, NDArray teacher) {
        Maps maps = Maps.ofAny(student, teacher);
        Maps projected =
                projector == null
                        ? maps
                        : new Maps(projector.project(maps.student()), maps.teacher());
        projected.requireEqualShapes();
        return Vectors.squaredError(projected.student(), projected.teacher());
    }

    @Override
    public double usualWeight() {
        return usualWeight;
    }

    @Override
    public ParameterList parameters() {
        return projector == null ? super.parameters() : projector.parameters();
    }
}
