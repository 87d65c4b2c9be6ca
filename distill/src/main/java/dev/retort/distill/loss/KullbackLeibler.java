package dev.retort.distill.loss;

import ai.djl.ndarray.NDArray;

/**
 * The divergence of Kullback and Leibler between the softened probabilities of teacher and student,
 * t = softmax(teacher / T) and s = softmax(student / T), summed over classes, averaged over
 * samples, times T&sup2;:
 *
 * <pre>
 *   forward: T&sup2; &middot; KL(t &Vert; s) = T&sup2; &middot; &Sigma; t log(t / s)
 *   reverse: T&sup2; &middot; KL(s &Vert; t) = T&sup2; &middot; &Sigma; s log(s / t)
 * </pre>
 *
 * <p>The forward one is the soft term of Hinton, Vinyals and Dean, "Distilling the Knowledge in a
 * Neural Network" (2015): the student must cover all that the teacher holds possible. The reverse
 * one is that of Gu, Dong, Wei and Huang, "MiniLLM: Knowledge Distillation of Large Language
 * Models" (2024): the student may leave out what it has no room for, and is punished for what the
 * teacher holds impossible. T&sup2; keeps the gradients at the size they have at T = 1.
 *
 * <p>Includes the teacher's entropy, so it is 0 with a zero gradient where the logits are equal up
 * to a shift of each row, never negative, and not symmetric. Labels are ignored.
 */
public final class KullbackLeibler extends LogitLoss {
    private final boolean forward;
    private final double temperature;

    private KullbackLeibler(boolean forward, double temperature) {
        this.forward = forward;
        this.temperature = Checks.temperature(temperature);
    }

    /**
     * KL(teacher &Vert; student).
     *
     * @param temperature T, above 0; the authors' common choice is 4
     * @return the loss
     */
    public static KullbackLeibler forward(double temperature) {
        return new KullbackLeibler(true, temperature);
    }

    /**
     * KL(student &Vert; teacher).
     *
     * @param temperature T, above 0; 1 in the paper
     * @return the loss
     */
    public static KullbackLeibler reverse(double temperature) {
        return new KullbackLeibler(false, temperature);
    }

    @Override
    protected NDArray compute(NDArray student, NDArray teacher, NDArray classes, double weight) {
        NDArray studentLog = logProbabilities(student, temperature);
        NDArray teacherLog = logProbabilities(teacher, temperature);
        NDArray sum =
                forward ? divergence(teacherLog, studentLog) : divergence(studentLog, teacherLog);
        double factor = weight * temperature * temperature / student.size(0);
        return Constants.scaled(student, sum, factor);
    }
}
