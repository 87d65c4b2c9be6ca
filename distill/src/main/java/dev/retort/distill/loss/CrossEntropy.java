package dev.retort.distill.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;

/**
 * The cross-entropy of the labels, in nats: the mean of -log softmax(s)<sub>y</sub> over the
 * samples that have one, and 0 where none has. The hard term beside a distillation loss; the
 * teacher is ignored.
 */
public final class CrossEntropy extends LogitLoss {
    @Override
    public boolean needsTeacher() {
        return false;
    }

    @Override
    public boolean isOverLabelled() {
        return true;
    }

    @Override
    protected NDArray compute(NDArray student, NDArray teacher, NDArray classes, double weight) {
        NDArray known = classes.gte(0).toType(student.getDataType(), false);
        NDArray picked =
                student.logSoftmax(1).get(new NDIndex().addAllDim().addPickDim(classes.maximum(0)));
        NDArray negativeCount = known.sum().maximum(1).neg();
        return picked.flatten()
                .mul(known)
                .sum()
                .div(negativeCount)
                .mul(Constants.vector(student, student.getDataType(), weight))
                .squeeze();
    }
}
