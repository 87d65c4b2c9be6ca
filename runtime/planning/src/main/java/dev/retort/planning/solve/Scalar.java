package dev.retort.planning.solve;

import org.hipparchus.analysis.UnivariateFunction;
import org.hipparchus.analysis.solvers.AllowedSolution;
import org.hipparchus.analysis.solvers.BracketingNthOrderBrentSolver;
import org.hipparchus.optim.MaxEval;
import org.hipparchus.optim.nonlinear.scalar.GoalType;
import org.hipparchus.optim.univariate.BrentOptimizer;
import org.hipparchus.optim.univariate.SearchInterval;
import org.hipparchus.optim.univariate.UnivariateObjectiveFunction;

/** Minima and roots of functions of one variable. */
public final class Scalar {
    private static final int SCAN = 400;
    private static final int MOST_EVALUATIONS = 1000;
    private static final double RELATIVE = 1e-14;
    private static final double ABSOLUTE = 1e-14;

    private Scalar() {}

    /**
     * The minimum on an interval: the best of a scan, refined by Brent's method.
     *
     * @param function the function; infinite where it has no value
     * @param low the lower end
     * @param high the upper end
     * @return where the minimum is, to about 8 digits
     */
    public static double minimum(UnivariateFunction function, double low, double high) {
        double width = (high - low) / SCAN;
        int best = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i <= SCAN; i++) {
            double value = function.value(low + i * width);
            if (value < least) {
                least = value;
                best = i;
            }
        }
        return new BrentOptimizer(RELATIVE, ABSOLUTE)
                .optimize(
                        new MaxEval(MOST_EVALUATIONS),
                        GoalType.MINIMIZE,
                        new UnivariateObjectiveFunction(function),
                        new SearchInterval(
                                low + Math.max(best - 1, 0) * width,
                                low + Math.min(best + 1, SCAN) * width,
                                low + best * width))
                .getPoint();
    }

    /**
     * The root on an interval at whose ends the function has different signs.
     *
     * @param function the function
     * @param low the lower end
     * @param high the upper end
     * @return the root
     */
    public static double root(UnivariateFunction function, double low, double high) {
        return new BracketingNthOrderBrentSolver(RELATIVE, ABSOLUTE, 5)
                .solve(MOST_EVALUATIONS, function, low, high, AllowedSolution.ANY_SIDE);
    }
}
