package dev.retort.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.loss.Loss;

import dev.retort.torch.ffi.AtenTraining;

import org.jspecify.annotations.Nullable;

/**
 * Softmax cross-entropy of logits by one operator, with the values of Python's {@code
 * cross_entropy}. DJL's {@code Loss.softmaxCrossEntropyLoss()} computes the plain form of it by
 * five.
 *
 * <p>Predictions are logits of shape (N, C) or (…, C). Labels are classes, integers of shape (N) or
 * (…) or of the same with a last axis of 1, or probabilities in the shape of the logits. The result
 * is the mean over the samples, weighted by the weights of their classes.
 */
public final class FusedSoftmaxCrossEntropyLoss extends Loss {
    private static final int MEAN = 1;
    private static final long NONE_IGNORED = -100;

    private final @Nullable NDArray classWeights;
    private final double labelSmoothing;
    private final long ignoredClass;

    /** The plain form. */
    public FusedSoftmaxCrossEntropyLoss() {
        this("FusedSoftmaxCrossEntropyLoss", null, 0, NONE_IGNORED);
    }

    /**
     * The full form.
     *
     * @param name the name of the loss
     * @param classWeights one weight for each class, kept open by the caller; null for equal ones
     * @param labelSmoothing the share of each label that is spread evenly over the classes (Szegedy
     *     et al., 2016), from 0 to 1
     * @param ignoredClass samples of this class count for nothing; -100 for none
     */
    public FusedSoftmaxCrossEntropyLoss(
            String name, @Nullable NDArray classWeights, double labelSmoothing, long ignoredClass) {
        super(name);
        if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
            throw new IllegalArgumentException(
                    "expected a label smoothing from 0 to 1, found " + labelSmoothing);
        }
        this.classWeights = classWeights;
        this.labelSmoothing = labelSmoothing;
        this.ignoredClass = ignoredClass;
    }

    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
        NDArray logits = predictions.singletonOrThrow();
        NDArray label = labels.singletonOrThrow();
        Shape shape = logits.getShape();
        boolean probabilities = label.getDataType().isFloating() && label.getShape().equals(shape);
        if (!probabilities) {
            label = label.toType(DataType.INT64, false);
        }
        if (shape.dimension() != 2 || (!probabilities && label.getShape().dimension() != 1)) {
            long classes = shape.get(shape.dimension() - 1);
            logits = logits.reshape(-1, classes);
            label = probabilities ? label.reshape(-1, classes) : label.reshape(-1);
        }
        long loss =
                AtenTraining.crossEntropyLoss(
                        Handles.of(logits),
                        Handles.of(label),
                        Handles.ofOptional(classWeights),
                        MEAN,
                        ignoredClass,
                        labelSmoothing);
        TorchNDArray result = Handles.manager(logits).wrap(loss);
        Reachability.keep(logits);
        Reachability.keep(label);
        Reachability.keep(classWeights);
        return result;
    }
}
