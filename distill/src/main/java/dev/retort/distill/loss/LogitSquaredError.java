package dev.retort.distill.loss;

import ai.djl.ndarray.NDArray;

/**
 * The squared difference of the logits, averaged over samples and classes: Ba and Caruana, "Do Deep
 * Nets Really Need to be Deep?" (2014); Kim et al., "Comparing Kullback-Leibler Divergence and Mean
 * Squared Error Loss in Knowledge Distillation" (2021), who use it without labels.
 *
 * <p>0 with a zero gradient where the logits are equal; symmetric; in contrast to the divergences
 * it sees a shift of a row, so the student learns the teacher's scale and offset as well. Labels
 * are ignored.
 */
public final class LogitSquaredError extends LogitLoss {
    @Override
    protected NDArray compute(NDArray student, NDArray teacher, NDArray classes, double weight) {
        NDArray one = constant(student, 1);
        NDArray difference = student.mul(one).sub(teacher);
        double factor = weight / student.getShape().size();
        return Constants.scaled(student, difference.mul(difference).sum(), factor);
    }
}
