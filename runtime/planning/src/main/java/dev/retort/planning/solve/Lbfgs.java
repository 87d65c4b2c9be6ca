package dev.retort.planning.solve;

import java.util.Arrays;

/**
 * Limited-memory BFGS with a line search for the strong Wolfe conditions (Nocedal and Wright,
 * Numerical Optimization, 2nd edition, algorithms 7.4, 7.5, 3.5 and 3.6).
 *
 * <p>It stops only when the relative decrease of the value falls below the tolerance; there is no
 * absolute tolerance, so that scaling the function changes nothing.
 *
 * <p>Written here because no kept-up library for the JVM under a permissive licence has one that
 * fits: Hipparchus 4.0.3 and Commons Math 3.6.1 have conjugate gradients but no L-BFGS, and ojAlgo
 * and Tribuo none; OpenNLP 2 starts at zero and stops at a fixed relative decrease of 1e-4, the
 * early stop that spoiled published fits; the one of Deeplearning4j 1.0.0-M2 minimises its own
 * networks alone; Breeze 2.1.0 was last released in 2022 and brings Scala, lbfgs4j 0.2.1 in 2016;
 * Smile is under the GPL. A test compares this one with scipy's.
 *
 * <p>Holds scratch memory: one object a thread.
 */
public final class Lbfgs {
    private static final int MEMORY = 10;
    private static final double SUFFICIENT_DECREASE = 1e-4;
    private static final double CURVATURE = 0.9;
    private static final int LINE_SEARCH_STEPS = 30;

    private final SmoothFunction function;
    private final double tolerance;
    private final int maxIterations;
    private final int n;
    private final double[][] steps;
    private final double[][] changes;
    private final double[] inverseCurvature = new double[MEMORY];
    private final double[] alpha = new double[MEMORY];
    private final double[] gradient;
    private final double[] direction;
    private final double[] trial;
    private final double[] trialGradient;

    private double trialValue;
    private int evaluations;

    /**
     * Where a minimisation ended.
     *
     * @param x the point
     * @param value the value there
     * @param iterations how many steps were taken
     * @param evaluations how often the function was evaluated
     * @param converged whether the search ended by itself, rather than with the last iteration: at
     *     the tolerance, or where no step along the gradient lowers the value in floating point
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over, not shared
    public record End(
            double[] x, double value, int iterations, int evaluations, boolean converged) {}

    /**
     * A minimiser.
     *
     * @param function what to minimise
     * @param variables how many variables it has
     * @param tolerance the relative decrease in one iteration below which it stops, not negative
     * @param maxIterations after how many iterations it stops at the latest
     */
    public Lbfgs(SmoothFunction function, int variables, double tolerance, int maxIterations) {
        this.function = function;
        this.n = variables;
        this.tolerance = tolerance;
        this.maxIterations = maxIterations;
        this.steps = new double[MEMORY][variables];
        this.changes = new double[MEMORY][variables];
        this.gradient = new double[variables];
        this.direction = new double[variables];
        this.trial = new double[variables];
        this.trialGradient = new double[variables];
    }

    /**
     * Minimises from a start.
     *
     * @param start the start, unchanged
     * @return where it ended
     */
    public End minimise(double[] start) {
        double[] x = start.clone();
        evaluations = 1;
        double value = function.value(x, gradient);
        if (!Double.isFinite(value)) {
            return new End(x, value, 0, evaluations, false);
        }
        int stored = 0;
        int newest = -1;
        for (int iteration = 0; iteration < maxIterations; iteration++) {
            descend(stored, newest);
            double slope = dot(direction, gradient);
            if (!(slope < 0)) {
                // The memory no longer describes a minimum nearby: forget it.
                stored = 0;
                negate();
                slope = dot(direction, gradient);
                if (!(slope < 0)) {
                    return new End(x, value, iteration, evaluations, true);
                }
            }
            double first = stored == 0 ? 1 / norm(gradient) : 1;
            if (!search(x, value, slope, first)) {
                if (stored == 0) {
                    return new End(x, value, iteration, evaluations, true);
                }
                stored = 0;
                continue;
            }
            newest = (newest + 1) % MEMORY;
            stored = remember(x, newest, stored);
            double decrease = value - trialValue;
            System.arraycopy(trial, 0, x, 0, n);
            System.arraycopy(trialGradient, 0, gradient, 0, n);
            value = trialValue;
            if (decrease <= tolerance * Math.abs(value)) {
                return new End(x, value, iteration + 1, evaluations, true);
            }
        }
        return new End(x, value, maxIterations, evaluations, false);
    }

    private int remember(double[] x, int slot, int stored) {
        double[] s = steps[slot];
        double[] y = changes[slot];
        double sy = 0;
        for (int i = 0; i < n; i++) {
            s[i] = trial[i] - x[i];
            y[i] = trialGradient[i] - gradient[i];
            sy += s[i] * y[i];
        }
        if (!(sy > Math.ulp(1.0) * norm(s) * norm(y))) {
            return 0;
        }
        inverseCurvature[slot] = 1 / sy;
        return Math.min(stored + 1, MEMORY);
    }

    /** The two-loop recursion: the direction is minus the inverse Hessian times the gradient. */
    private void descend(int stored, int newest) {
        negate();
        for (int k = 0; k < stored; k++) {
            int slot = Math.floorMod(newest - k, MEMORY);
            alpha[slot] = inverseCurvature[slot] * dot(steps[slot], direction);
            add(direction, -alpha[slot], changes[slot]);
        }
        if (stored > 0) {
            double yy = dot(changes[newest], changes[newest]);
            double scale = 1 / (inverseCurvature[newest] * yy);
            for (int i = 0; i < n; i++) {
                direction[i] *= scale;
            }
        }
        for (int k = stored - 1; k >= 0; k--) {
            int slot = Math.floorMod(newest - k, MEMORY);
            double beta = inverseCurvature[slot] * dot(changes[slot], direction);
            add(direction, alpha[slot] - beta, steps[slot]);
        }
    }

    /** Finds a step for the Wolfe conditions; the trial is then the new point. */
    private boolean search(double[] x, double value, double slope, double first) {
        double low = 0;
        double lowValue = value;
        double lowSlope = slope;
        double high = Double.NaN;
        double highValue = Double.NaN;
        double step = first;
        for (int k = 0; k < LINE_SEARCH_STEPS; k++) {
            double trialSlope = probe(x, step);
            boolean tooHigh =
                    !Double.isFinite(trialValue)
                            || !Double.isFinite(trialSlope)
                            || trialValue > value + SUFFICIENT_DECREASE * step * slope
                            || ((low > 0 || !Double.isNaN(high)) && trialValue >= lowValue);
            if (tooHigh) {
                high = step;
                highValue = trialValue;
            } else if (Math.abs(trialSlope) <= -CURVATURE * slope) {
                return true;
            } else {
                if (!Double.isNaN(high) ? trialSlope * (high - low) >= 0 : trialSlope >= 0) {
                    high = low;
                    highValue = lowValue;
                }
                low = step;
                lowValue = trialValue;
                lowSlope = trialSlope;
            }
            step =
                    Double.isNaN(high)
                            ? 4 * step
                            : between(low, lowValue, lowSlope, high, highValue);
            if (Math.abs(step - low) <= 1e-15 * Math.abs(low)) {
                break;
            }
        }
        if (low > 0 && lowValue < value) {
            // Enough of a decrease, though the slope stays steep, as at a kink.
            probe(x, low);
            return true;
        }
        return false;
    }

    /** The minimum of the parabola through what is known, kept away from both ends. */
    private static double between(
            double low, double lowValue, double lowSlope, double high, double highValue) {
        double width = high - low;
        double fraction = 0.5;
        if (Double.isFinite(highValue)) {
            double bend = highValue - lowValue - lowSlope * width;
            fraction = -lowSlope * width / (2 * bend);
        }
        if (!(fraction >= 0.1 && fraction <= 0.9)) {
            fraction = fraction > 0.9 ? 0.9 : fraction < 0.1 && fraction > 0 ? 0.1 : 0.5;
        }
        return low + fraction * width;
    }

    private double probe(double[] x, double step) {
        for (int i = 0; i < n; i++) {
            trial[i] = x[i] + step * direction[i];
        }
        evaluations++;
        trialValue = function.value(trial, trialGradient);
        return dot(direction, trialGradient);
    }

    private void negate() {
        for (int i = 0; i < n; i++) {
            direction[i] = -gradient[i];
        }
    }

    private static void add(double[] to, double factor, double[] what) {
        for (int i = 0; i < to.length; i++) {
            to[i] += factor * what[i];
        }
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static double norm(double[] a) {
        return Math.sqrt(Arrays.stream(a).map(v -> v * v).sum());
    }
}
