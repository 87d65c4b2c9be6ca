package dev.retort.distill.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * A loss of a student's logits, against those of a teacher, the classes of the samples, or both.
 *
 * <p>Student and teacher logits have shape (batch, classes) and are {@code FLOAT16}, {@code
 * FLOAT32} or {@code FLOAT64}; they may differ in type. The classes are {@code INT64} of shape
 * (batch), with -1 for a sample that has no label. The result is a scalar of the student's type, or
 * {@code FLOAT32} where that has 16 bits: the mean over the samples of the batch, or those
 * {@linkplain #isOverLabelled that have a label}, times a weight. Logits of 16 bits are first
 * turned into {@code FLOAT32}. Distillation losses make probabilities in double precision, since a
 * divergence is a small difference of large numbers; {@link CrossEntropy} works in the type of the
 * result. All of them do so by logarithms, so that logits of any finite size give finite losses and
 * gradients.
 *
 * <p>No gradient reaches the teacher's logits. They must not be inference tensors, as DJL's
 * TorchScript blocks give outside training: libtorch refuses to keep those for a backward pass, so
 * a teacher of that kind hands out copies.
 *
 * <p>Nothing is read from the device, to which a few constants are copied. All arrays that a loss
 * makes belong to the manager of the student's logits, which lives for a step. Implementations are
 * immutable, and can be shared between threads.
 */
public abstract class LogitLoss {
    /** For subclasses, in this package or elsewhere. */
    protected LogitLoss() {}

    /**
     * The loss of a batch.
     *
     * @param student logits of the student, of shape (batch, classes)
     * @param teacher logits of the teacher, of the same shape; ignored by a loss of labels alone
     * @param classes the classes, {@code INT64} of shape (batch), -1 for unknown; ignored by a loss
     *     that needs none
     * @param weight what the loss is multiplied by; part of its last constant, so that it costs no
     *     operation
     * @return a scalar of the type of the student's logits, {@code FLOAT32} for types of 16 bits
     * @throws IllegalArgumentException if the shapes do not fit, the batch is too small or there
     *     are fewer than 2 classes
     */
    public final NDArray evaluate(
            NDArray student, NDArray teacher, NDArray classes, double weight) {
        Shape shape = student.getShape();
        if (shape.dimension() != 2) {
            throw new IllegalArgumentException(
                    "expected student logits of shape (batch, classes), found " + shape);
        }
        if (shape.get(1) < 2) {
            throw new IllegalArgumentException(
                    "expected logits of at least 2 classes, found " + shape.get(1));
        }
        if (!shape.equals(teacher.getShape())) {
            throw new IllegalArgumentException(
                    "expected teacher logits of the student's shape %s, found %s"
                            .formatted(shape, teacher.getShape()));
        }
        Shape labels = classes.getShape();
        if (labels.dimension() != 1 || labels.get(0) != shape.get(0)) {
            throw new IllegalArgumentException(
                    "expected classes of shape (%d), one a sample, found %s"
                            .formatted(shape.get(0), labels));
        }
        Checks.samples(minimumSamples(), shape.get(0));
        return compute(
                Constants.wide(student),
                needsTeacher() ? Constants.wide(Constants.detached(teacher, student)) : teacher,
                Constants.local(classes, student),
                weight);
    }

    /**
     * What some of the samples of a batch add to its loss: the parts sum up to the loss of the
     * whole as far as it looks at each sample on its own.
     *
     * @param student logits of the student for these samples, of shape (part, classes)
     * @param teacher logits of the teacher, of the same shape
     * @param classes the classes of these samples, of shape (part)
     * @param whole the classes of all samples of the batch, of shape (batch)
     * @param weight what the loss is multiplied by
     * @return a scalar of the type that {@link #evaluate} gives
     * @throws IllegalArgumentException as by {@link #evaluate}
     */
    public final NDArray evaluatePart(
            NDArray student, NDArray teacher, NDArray classes, NDArray whole, double weight) {
        if (isOverLabelled()) {
            NDArray value = evaluate(student, teacher, classes, weight);
            return value.mul(labelled(classes, value).div(labelled(whole, value)));
        }
        double share = (double) student.size(0) / whole.size(0);
        return evaluate(student, teacher, classes, weight * share);
    }

    /** How many samples have a label, or 1 for none. */
    private static NDArray labelled(NDArray classes, NDArray like) {
        NDArray known = Constants.local(classes, like).gte(0);
        return known.toType(like.getDataType(), false).sum().maximum(1);
    }

    /**
     * Computes the loss of operands that were checked.
     *
     * @param student logits of the student, of shape (batch, classes), of 32 or 64 bits
     * @param teacher logits of the teacher, of the same shape, cut off from their gradient if they
     *     are needed
     * @param classes the classes, of shape (batch), -1 for unknown
     * @param weight what the loss is multiplied by
     * @return a scalar of the type of the student's logits
     */
    protected abstract NDArray compute(
            NDArray student, NDArray teacher, NDArray classes, double weight);

    /**
     * Whether the teacher's logits are looked at.
     *
     * @return {@code false} for a loss of labels alone
     */
    public boolean needsTeacher() {
        return true;
    }

    /**
     * Whether the loss is the mean over those samples that have a label, and 0 where none has.
     *
     * @return {@code false} for a mean over all samples
     */
    public boolean isOverLabelled() {
        return false;
    }

    /**
     * The fewest samples a batch may have. More than 1 for a loss that compares samples with each
     * other.
     *
     * @return at least 1
     */
    public int minimumSamples() {
        return 1;
    }

    /** A constant in double precision. */
    static NDArray constant(NDArray owner, double value) {
        return Constants.vector(owner, DataType.FLOAT64, value);
    }

    /** Logarithms of softmax(logits / temperature), in double precision. */
    static NDArray logProbabilities(NDArray logits, double temperature) {
        // The type changes by promotion, since a cast by DJL's toType cuts the gradient.
        return logits.mul(constant(logits, 1 / temperature)).logSoftmax(1);
    }

    /** KL(p &Vert; q) of rows of logarithms of probabilities, summed over all of them. */
    static NDArray divergence(NDArray logP, NDArray logQ) {
        return logP.exp().mul(logP.sub(logQ)).sum();
    }

    /** Which element of logits is that of the class, as booleans of the logits' shape. */
    static NDArray isClass(NDArray logits, NDArray classes) {
        // Not by oneHot, which on some devices reads the classes to check them.
        return classes.expandDims(1)
                .eq(
                        logits.getManager()
                                .arange(
                                        0,
                                        Math.toIntExact(logits.size(1)),
                                        1,
                                        classes.getDataType()));
    }
}
