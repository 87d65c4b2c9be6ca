package dev.retort.distill.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.ParameterList;

/**
 * A loss of what a layer of the student gives, against what a layer of the teacher gives for the
 * same samples.
 *
 * <p>The first axis of both counts the samples. The result is a scalar of the type of the student's
 * features, times a weight; the reduction is that of each loss. Features are {@code FLOAT32} or
 * {@code FLOAT64}, and computed with in that type.
 *
 * <p>No gradient reaches the teacher's features. They must not be inference tensors, as DJL's
 * TorchScript blocks give outside training: libtorch refuses to keep those for a backward pass.
 *
 * <p>Some losses have parameters of their own, in {@link dev.retort.distill.loss.feature.Projector
 * projectors}: they are trained with the student, by an optimizer that is given {@link
 * #parameters}, and are no part of it. Whoever made the projectors closes them.
 *
 * <p>Nothing is read from the device. The arrays that an evaluation makes belong to the manager of
 * the student's features, which lives for a step.
 */
public abstract class FeatureLoss {
    /** For subclasses, in this package or elsewhere. */
    protected FeatureLoss() {}

    /**
     * The loss of a batch.
     *
     * @param student features of the student, the first axis the samples
     * @param teacher features of the teacher, for the same samples
     * @param weight what the loss is multiplied by
     * @return a scalar of the type of the student's features
     * @throws IllegalArgumentException if the shapes do not fit or the batch is too small
     */
    public final NDArray evaluate(NDArray student, NDArray teacher, double weight) {
        Shape own = student.getShape();
        Shape other = teacher.getShape();
        if (own.dimension() < 2 || other.dimension() < 2) {
            throw new IllegalArgumentException(
                    "expected features of at least 2 axes, found %s and %s".formatted(own, other));
        }
        if (own.get(0) != other.get(0)) {
            throw new IllegalArgumentException(
                    "expected teacher features of the student's %d samples, found %d"
                            .formatted(own.get(0), other.get(0)));
        }
        Checks.samples(minimumSamples(), own.get(0));
        NDArray loss = compute(student, Constants.detached(teacher, student));
        return Constants.scaled(student, loss, weight);
    }

    /**
     * Computes the loss of operands that were checked.
     *
     * @param student features of the student
     * @param teacher features of the teacher, cut off from their gradient
     * @return a scalar
     */
    protected abstract NDArray compute(NDArray student, NDArray teacher);

    /**
     * The weight that the method's authors, or the reproductions of their work, give it beside a
     * cross-entropy of weight 1.
     *
     * @return above 0
     */
    public abstract double usualWeight();

    /**
     * The fewest samples a batch may have. More than 1 for a loss that compares samples with each
     * other.
     *
     * @return at least 1
     */
    public int minimumSamples() {
        return 1;
    }

    /**
     * What is trained beside the student.
     *
     * @return the parameters of the loss's projectors; empty if it has none
     */
    public ParameterList parameters() {
        return new ParameterList();
    }
}
