package dev.retort.distill.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.loss.Loss;

/**
 * The loss of Hinton, Vinyals and Dean, "Distilling the Knowledge in a Neural Network" (2015):
 *
 * <pre>
 *   hardWeight &middot; CE(y, softmax(s)) + softWeight &middot; T&sup2; &middot; KL(softmax(t/T) &Vert; softmax(s/T))
 * </pre>
 *
 * with student logits {@code s}, teacher logits {@code t}, classes {@code y} and temperature {@code
 * T}. The divergence is summed over classes and averaged over the samples of the batch; the
 * cross-entropy is averaged over the samples that have a label. T&sup2; keeps the gradients of the
 * soft term at the size they have at T = 1. The soft term includes the teacher's entropy, so it is
 * zero, and its gradient too, where the student's logits equal the teacher's.
 *
 * <p>Labels are a list of the classes, {@code INT64} of shape (batch) with -1 for a sample without
 * one, and the teacher's logits of shape (batch, classes); the prediction is the student's logits
 * of that shape, in {@code FLOAT16}, {@code FLOAT32} or {@code FLOAT64}. The result is a scalar of
 * that type, {@code FLOAT32} where that has 16 bits. Nothing is read from the device; a few
 * constants are copied to it, which on a GPU can wait for what is under way. Instances can be
 * shared between threads as far as {@link #evaluate} goes.
 *
 * <p>{@link CombinedLoss} puts other losses together, with weights that change over a training.
 */
public final class DistillationLoss extends Loss {
    private final double hardWeight;
    private final double softWeight;
    private final LogitLoss hard = new CrossEntropy();
    private final LogitLoss soft;

    /**
     * Creates a loss. The authors' common choice is T = 4, hard weight 0.1, soft weight 0.9.
     *
     * @param temperature T, above 0
     * @param hardWeight weight of the cross-entropy, at least 0
     * @param softWeight weight of the divergence, at least 0
     * @throws IllegalArgumentException if a value is out of range, or both weights are 0
     */
    public DistillationLoss(double temperature, double hardWeight, double softWeight) {
        super("DistillationLoss");
        soft = KullbackLeibler.forward(temperature);
        if (!(hardWeight >= 0 && softWeight >= 0 && Double.isFinite(hardWeight + softWeight))
                || hardWeight + softWeight == 0) {
            throw new IllegalArgumentException(
                    "expected weights of at least 0, one of them above 0, found %s and %s"
                            .formatted(hardWeight, softWeight));
        }
        this.hardWeight = hardWeight;
        this.softWeight = softWeight;
    }

    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
        if (labels.size() != 2) {
            throw new IllegalArgumentException(
                    "expected the classes and the teacher's logits as labels, found %d arrays"
                            .formatted(labels.size()));
        }
        NDArray student = predictions.singletonOrThrow();
        NDArray classes = labels.get(0);
        NDArray teacher = labels.get(1);
        if (softWeight == 0) {
            return hard.evaluate(student, teacher, classes, hardWeight);
        }
        NDArray loss = soft.evaluate(student, teacher, classes, softWeight);
        return hardWeight == 0
                ? loss
                : loss.add(hard.evaluate(student, teacher, classes, hardWeight));
    }
}
