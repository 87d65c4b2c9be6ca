package dev.retort.distill.loss;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;

/**
 * Standardises the logits of student and teacher before another loss sees them: Sun, Ren, Li, Wang
 * and Cao, "Logit Standardization in Knowledge Distillation" (2024). Each row z becomes
 *
 * <pre>
 *   (z - mean(z)) / (&sigma;(z) + &epsilon;),   &sigma;&sup2; = &Sigma; (z - mean(z))&sup2; / classes,   &epsilon; = 1e-7
 * </pre>
 *
 * so that the student need not copy the size of the teacher's logits, only their order and
 * proportions. &sigma; is that of the paper, whose standardised logits are at most &radic;(classes
 * - 1) in size; the authors' code divides by classes - 1 instead.
 *
 * <p>The authors use it around Hinton's soft term with T = 2, weight 9, and 0.1 for the labels. The
 * loss does not change when a row of either logits is shifted or multiplied by a number above 0,
 * short of &epsilon;. A row whose logits are all equal becomes zeros.
 */
public final class StandardisedLogits extends LogitLoss {
    private static final double EPSILON = 1e-7;

    // Below it the root's slope would be infinite; a spread this small is rounding.
    private static final double SMALLEST_VARIANCE = 1e-30;

    private final LogitLoss loss;

    /**
     * Creates a wrapper.
     *
     * @param loss is given the standardised logits
     */
    public StandardisedLogits(LogitLoss loss) {
        this.loss = requireNonNull(loss, "loss is null");
    }

    @Override
    public int minimumSamples() {
        return loss.minimumSamples();
    }

    @Override
    public boolean needsTeacher() {
        return loss.needsTeacher();
    }

    @Override
    public boolean isOverLabelled() {
        return loss.isOverLabelled();
    }

    @Override
    protected NDArray compute(NDArray student, NDArray teacher, NDArray classes, double weight) {
        NDArray other = needsTeacher() ? standardised(teacher) : teacher;
        return loss.compute(standardised(student), other, classes, weight);
    }

    private static NDArray standardised(NDArray logits) {
        NDArray centred = logits.sub(logits.mean(new int[] {1}, true));
        NDArray deviation =
                centred.mul(centred)
                        .mean(new int[] {1}, true)
                        .maximum(sameType(logits, SMALLEST_VARIANCE))
                        .sqrt();
        return centred.div(deviation.add(sameType(logits, EPSILON)));
    }

    private static NDArray sameType(NDArray logits, double value) {
        return Constants.vector(logits, logits.getDataType(), value);
    }
}
