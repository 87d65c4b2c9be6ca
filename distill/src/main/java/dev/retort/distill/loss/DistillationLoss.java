package dev.retort.distill.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
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
 * of that shape, in any floating-point type. The result is a scalar of that type. Nothing is
 * synchronised. Instances can be shared between threads as far as {@link #evaluate} goes.
 */
public final class DistillationLoss extends Loss {
    private final double temperature;
    private final double hardWeight;
    private final double softWeight;

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
        if (!(temperature > 0 && Double.isFinite(temperature))) {
            throw new IllegalArgumentException(
                    "expected a temperature above 0, found " + temperature);
        }
        if (!(hardWeight >= 0 && softWeight >= 0 && Double.isFinite(hardWeight + softWeight))
                || hardWeight + softWeight == 0) {
            throw new IllegalArgumentException(
                    "expected weights of at least 0, one of them above 0, found %s and %s"
                            .formatted(hardWeight, softWeight));
        }
        this.temperature = temperature;
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
        NDArray teacher = labels.get(1);
        if (!student.getShape().equals(teacher.getShape())) {
            throw new IllegalArgumentException(
                    "expected teacher logits of the student's shape %s, found %s"
                            .formatted(student.getShape(), teacher.getShape()));
        }
        if (softWeight == 0) {
            return hardTerm(student, labels.get(0));
        }
        NDArray soft = softTerm(student, teacher);
        return hardWeight == 0 ? soft : soft.add(hardTerm(student, labels.get(0)));
    }

    /**
     * In double precision whatever the logits are: at a high temperature the divergence is a small
     * difference of large numbers, multiplied by T&sup2;. The type changes by promotion, since a
     * cast by DJL's {@code toType} cuts the gradient.
     */
    private NDArray softTerm(NDArray student, NDArray teacher) {
        NDArray inverse = Constants.vector(student, DataType.FLOAT64, 1 / temperature);
        NDArray studentLog = student.mul(inverse).logSoftmax(1);
        NDArray teacherLog = teacher.mul(inverse).logSoftmax(1);
        NDArray divergence = teacherLog.exp().mul(teacherLog.sub(studentLog)).sum();
        double factor = softWeight * temperature * temperature / student.size(0);
        return Constants.vector(student, student.getDataType(), factor).mul(divergence).squeeze();
    }

    private NDArray hardTerm(NDArray student, NDArray classes) {
        NDArray known = classes.gte(0).toType(student.getDataType(), false);
        NDArray picked =
                student.logSoftmax(1).get(new NDIndex().addAllDim().addPickDim(classes.maximum(0)));
        NDArray negativeCount = known.sum().maximum(1).neg();
        return picked.flatten()
                .mul(known)
                .sum()
                .div(negativeCount)
                .mul(Constants.vector(student, student.getDataType(), hardWeight))
                .squeeze();
    }
}
