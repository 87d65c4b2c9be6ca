package dev.retort.distill.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;

/**
 * Label smoothing as distillation from a virtual teacher, Tf-KD<sub>reg</sub>: Yuan, Tay, Li, Wang
 * and Feng, "Revisiting Knowledge Distillation via Label Smoothing Regularization" (2020). The
 * teacher gives the class of a sample the value a and every other class (1 - a) / (classes - 1):
 *
 * <pre>
 *   KL(softmax(u / T) &Vert; softmax(s)),   u<sub>y</sub> = a,   u<sub>k</sub> = (1 - a) / (classes - 1)
 * </pre>
 *
 * summed over classes, averaged over the samples that have a label, 0 where none has. As in the
 * authors' code the values u are softened as logits are, the student's logits are not softened, and
 * there is no factor T&sup2;. Their defaults are a = 0.99, T = 20, weight 0.1, beside a
 * cross-entropy of weight 0.9.
 *
 * <p>No teacher is needed: its logits are ignored. Shifts of a row of logits change nothing. 0 with
 * a zero gradient where the student's logits are u / T.
 */
public final class VirtualTeacher extends LogitLoss {
    private final double correct;
    private final double temperature;

    /**
     * Creates a loss.
     *
     * @param correct a, what the teacher gives the class of a sample, above 0 and below 1
     * @param temperature T, above 0
     */
    public VirtualTeacher(double correct, double temperature) {
        this.correct = Checks.insideUnit("a value of the class of a sample", correct);
        this.temperature = Checks.temperature(temperature);
    }

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
        long count = student.size(1);
        double gap = (correct - (1 - correct) / (count - 1)) / temperature;
        double other = 1 / (Math.exp(gap) + count - 1);
        double own = 1 - (count - 1) * other;
        double entropy = own == 0 ? 0 : -own * Math.log(own);
        entropy -= other == 0 ? 0 : (count - 1) * other * Math.log(other);

        NDArray log = logProbabilities(student, 1);
        NDArray picked =
                log.get(new NDIndex().addAllDim().addPickDim(classes.maximum(0))).flatten();
        NDArray cross =
                log.sum(new int[] {1})
                        .mul(constant(student, other))
                        .add(picked.mul(constant(student, own - other)));
        NDArray known = classes.gte(0).toType(DataType.FLOAT64, false);
        NDArray sum = cross.add(constant(student, entropy)).mul(known).sum();
        NDArray mean = sum.div(known.sum().maximum(1).neg());
        return Constants.scaled(student, mean, weight);
    }
}
