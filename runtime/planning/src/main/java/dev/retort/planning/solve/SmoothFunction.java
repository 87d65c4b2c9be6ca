package dev.retort.planning.solve;

/** A function of several variables with its gradient. */
@FunctionalInterface
public interface SmoothFunction {
    /**
     * Evaluates the function.
     *
     * @param x the point; not kept
     * @param gradient receives the gradient there
     * @return the value; infinite or not a number where there is none
     */
    double value(double[] x, double[] gradient);
}
