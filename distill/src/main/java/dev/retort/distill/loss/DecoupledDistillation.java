package dev.retort.distill.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;

/**
 * DKD: Zhao, Cui, Song, Qiu and Liang, "Decoupled Knowledge Distillation" (2022). Splits KL(t
 * &Vert; s) at temperature T into two parts and weighs them on their own:
 *
 * <pre>
 *   T&sup2; &middot; (&alpha; &middot; TCKD + &beta; &middot; NCKD)
 *   TCKD: KL between (t<sub>y</sub>, 1 - t<sub>y</sub>) and (s<sub>y</sub>, 1 - s<sub>y</sub>)
 *   NCKD: KL between the probabilities among all classes but y
 * </pre>
 *
 * with target class y, summed over classes and averaged over samples. The defaults of the paper for
 * CIFAR-100 are &alpha; = 1, &beta; = 8, T = 4, beside a cross-entropy of weight 1, and a weight of
 * the whole that rises over the first 20 of 240 epochs. KL(t &Vert; s) = TCKD + (1 - t<sub>y</sub>)
 * &middot; NCKD, so a confident teacher no longer silences what it says of the other classes.
 *
 * <p>The target class is the label. A sample without one takes the teacher's most probable class,
 * which the paper does not provide for. The class is left out exactly, not by subtracting 1000 as
 * in the authors' code, so logits of any size are right. 0 with a zero gradient where the logits
 * are equal up to a shift of each row. With two classes NCKD is 0.
 */
public final class DecoupledDistillation extends LogitLoss {
    /** Far below any logit, yet finite: its probability is 0 and 0 times its logarithm is too. */
    private static final double LEFT_OUT = -1e30;

    private final double alpha;
    private final double beta;
    private final double temperature;

    /**
     * Creates a loss.
     *
     * @param alpha weight of the target class against the rest, at least 0
     * @param beta weight of the other classes among themselves, at least 0
     * @param temperature T, above 0
     */
    public DecoupledDistillation(double alpha, double beta, double temperature) {
        this.alpha = Checks.notNegative("an alpha", alpha);
        this.beta = Checks.notNegative("a beta", beta);
        this.temperature = Checks.temperature(temperature);
    }

    @Override
    protected NDArray compute(NDArray student, NDArray teacher, NDArray classes, double weight) {
        NDArray inverse = constant(student, 1 / temperature);
        NDArray target = NDArrays.where(classes.gte(0), classes, teacher.argMax(1));
        NDArray notTarget = isClass(student, target).logicalNot();
        NDArray column = target.expandDims(1);
        Parts s = parts(student.mul(inverse), notTarget, column);
        Parts t = parts(teacher.mul(inverse), notTarget, column);
        NDArray sum =
                divergences(t.pair(), s.pair(), alpha).add(divergences(t.rest(), s.rest(), beta));
        double factor = weight * temperature * temperature / student.size(0);
        return Constants.scaled(student, sum.sum(), factor);
    }

    /**
     * Logarithms of probabilities: target and not, (batch, 2); among the rest, (batch, classes).
     */
    private record Parts(NDArray pair, NDArray rest) {}

    private static Parts parts(NDArray logits, NDArray notTarget, NDArray column) {
        NDArray rest = NDArrays.where(notTarget, logits, constant(logits, LEFT_OUT));
        NDArray largest = rest.max(new int[] {1}, true).stopGradient();
        NDArray restTotal = rest.sub(largest).exp().sum(new int[] {1}, true).log().add(largest);
        NDArray pair = NDArrays.concat(new NDList(logits.gather(column, 1), restTotal), 1);
        return new Parts(pair.logSoftmax(1), rest.logSoftmax(1));
    }

    /** KL of each row, (batch, 1). */
    private static NDArray divergences(NDArray logP, NDArray logQ, double factor) {
        return logP.exp().mul(logP.sub(logQ)).sum(new int[] {1}, true).mul(constant(logP, factor));
    }
}
