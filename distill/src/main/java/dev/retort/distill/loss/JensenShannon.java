package dev.retort.distill.loss;

import ai.djl.ndarray.NDArray;

/**
 * The generalised divergence of Jensen and Shannon, of Agarwal et al., "On-Policy Distillation of
 * Language Models: Learning from Self-Generated Mistakes" (2024), between t = softmax(teacher / T)
 * and s = softmax(student / T):
 *
 * <pre>
 *   m = &beta; t + (1 - &beta;) s
 *   JSD(&beta;) = &beta; &middot; KL(t &Vert; m) + (1 - &beta;) &middot; KL(s &Vert; m)
 * </pre>
 *
 * summed over classes, averaged over samples, times T&sup2;. By this convention JSD(&beta;) /
 * &beta; becomes the forward KL(t &Vert; s) as &beta; goes to 0, and JSD(&beta;) / (1 - &beta;) the
 * reverse one as &beta; goes to 1. JSD itself becomes 0 at both ends; implementations that turn
 * into a KL at exactly 0 or 1 are not continuous there, which is why the ends are refused here:
 * {@link KullbackLeibler} has them.
 *
 * <p>0 with a zero gradient where the logits are equal up to a shift of each row; symmetric in
 * teacher and student at &beta; = 0.5; at most T&sup2; times the entropy of &beta;, log 2 at 0.5.
 * Labels are ignored.
 */
public final class JensenShannon extends LogitLoss {
    private final double beta;
    private final double temperature;

    /**
     * Creates a loss. Common choices are &beta; = 0.5 and T = 1.
     *
     * @param beta the teacher's share of the mixture, above 0 and below 1
     * @param temperature T, above 0
     */
    public JensenShannon(double beta, double temperature) {
        this.beta = Checks.insideUnit("a beta", beta);
        this.temperature = Checks.temperature(temperature);
    }

    @Override
    protected NDArray compute(NDArray student, NDArray teacher, NDArray classes, double weight) {
        NDArray studentLog = logProbabilities(student, temperature);
        NDArray teacherLog = logProbabilities(teacher, temperature);
        NDArray mixtureLog = mixture(studentLog, teacherLog);
        NDArray ofTeacher =
                teacherLog.exp().mul(teacherLog.sub(mixtureLog)).mul(constant(student, beta));
        NDArray ofStudent =
                studentLog.exp().mul(studentLog.sub(mixtureLog)).mul(constant(student, 1 - beta));
        double factor = weight * temperature * temperature / student.size(0);
        return Constants.scaled(student, ofTeacher.add(ofStudent).sum(), factor);
    }

    /** In logarithms, where a probability too small for a double still has a place. */
    private NDArray mixture(NDArray studentLog, NDArray teacherLog) {
        NDArray ofStudent = studentLog.add(constant(studentLog, Math.log1p(-beta)));
        NDArray ofTeacher = teacherLog.add(constant(studentLog, Math.log(beta)));
        // The gradient through the larger one cancels.
        NDArray larger = ofStudent.maximum(ofTeacher).stopGradient();
        return ofStudent.sub(larger).exp().add(ofTeacher.sub(larger).exp()).log().add(larger);
    }
}
