package dev.retort.planning.testtime;

import dev.retort.planning.PlanningException;
import dev.retort.planning.solve.Lbfgs;

import org.hipparchus.special.Beta;
import org.hipparchus.special.Gamma;

import java.util.List;

/**
 * How the chance of a right answer varies over problems, as a Beta distribution fitted to all of
 * them (the beta-binomial likelihood). With few samples a problem it says more of each problem than
 * its own share does, and it tells of more samples than were drawn.
 *
 * @param a the first parameter, positive: small where many problems are out of reach
 * @param b the second parameter, positive
 */
public record DifficultyPrior(double a, double b) {
    private static final int FEWEST_PROBLEMS = 5;
    private static final double LARGEST = 1e6;

    /** Checks the parameters. */
    public DifficultyPrior {
        if (!(a > 0 && b > 0)) {
            throw new PlanningException(
                    "expected positive parameters of a Beta distribution, found %s and %s"
                            .formatted(a, b));
        }
    }

    /**
     * Fits the distribution by maximum likelihood.
     *
     * @param problems the problems, at least five
     * @return the distribution
     * @throws PlanningException if there are fewer, or if no or every sample is right
     */
    public static DifficultyPrior fit(List<Problem> problems) {
        if (problems.size() < FEWEST_PROBLEMS) {
            throw new PlanningException(
                    "expected at least %d problems to tell how difficulty varies, found %d"
                            .formatted(FEWEST_PROBLEMS, problems.size()));
        }
        long samples = problems.stream().mapToLong(p -> p.size()).sum();
        long correct = problems.stream().mapToLong(Problem::correct).sum();
        if (correct == 0 || correct == samples) {
            throw new PlanningException(
                    "expected right and wrong samples to tell how difficulty varies, found %s right"
                            .formatted(correct == 0 ? "none" : "all"));
        }
        double share = (double) correct / samples;
        Lbfgs search =
                new Lbfgs(
                        (x, gradient) -> negativeLikelihood(problems, x, gradient), 2, 1e-14, 500);
        double[] x =
                search.minimise(new double[] {Math.log(2 * share), Math.log(2 * (1 - share))}).x();
        return new DifficultyPrior(
                Math.min(Math.exp(x[0]), LARGEST), Math.min(Math.exp(x[1]), LARGEST));
    }

    private static double negativeLikelihood(
            List<Problem> problems, double[] x, double[] gradient) {
        double a = Math.exp(x[0]);
        double b = Math.exp(x[1]);
        gradient[0] = 0;
        gradient[1] = 0;
        if (!(a < LARGEST && b < LARGEST && a > 1 / LARGEST && b > 1 / LARGEST)) {
            return Double.POSITIVE_INFINITY;
        }
        double sum = 0;
        double constant = Beta.logBeta(a, b);
        double both = Gamma.digamma(a + b);
        double ofA = Gamma.digamma(a);
        double ofB = Gamma.digamma(b);
        for (Problem problem : problems) {
            int n = problem.size();
            int c = problem.correct();
            sum -= Beta.logBeta(a + c, b + n - c) - constant;
            double bothHere = Gamma.digamma(a + b + n);
            gradient[0] -= Gamma.digamma(a + c) - bothHere - ofA + both;
            gradient[1] -= Gamma.digamma(b + n - c) - bothHere - ofB + both;
        }
        gradient[0] *= a;
        gradient[1] *= b;
        return sum;
    }

    /**
     * What is known of a problem after samples of it.
     *
     * @param problem the problem
     * @return its distribution
     */
    public DifficultyPrior given(Problem problem) {
        int correct = problem.correct();
        return new DifficultyPrior(a + correct, b + problem.size() - correct);
    }

    /**
     * The mean chance of a sample.
     *
     * @return a/(a+b)
     */
    public double mean() {
        return a / (a + b);
    }

    /**
     * The expected chance that one of k samples is right, E[1 − (1−p)^k] = 1 − B(a, b+k)/B(a, b).
     *
     * @param k the samples, not negative; not necessarily whole
     * @return the expected coverage
     */
    public double coverage(double k) {
        return -Math.expm1(Beta.logBeta(a, b + k) - Beta.logBeta(a, b));
    }
}
