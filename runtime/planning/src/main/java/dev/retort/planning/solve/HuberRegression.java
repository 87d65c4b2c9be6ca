package dev.retort.planning.solve;

import java.util.Arrays;

/**
 * Minimises a weighted sum of Huber losses of a model's residuals to the last digit.
 *
 * <p>The Huber loss is half the square up to δ and linear beyond. With a δ far below the noise, as
 * scaling laws use it, the sum is nearly one of absolute values, and quasi-Newton methods creep
 * along its kinks and stop early. Here δ shrinks in stages from the size of the residuals to its
 * value, and each stage is a damped Gauss-Newton iteration whose Hessian is that of the points
 * within δ: for a linear model it ends exactly after finitely many steps (Madsen and Nielsen, BIT
 * 30, 1990). The last stage ends when the decrease that a step can still bring is below the
 * rounding of the sum.
 *
 * <p>Holds scratch memory: one object a thread.
 */
public final class HuberRegression {
    private static final double SHRINK = 0.25;
    private static final int STAGE_ITERATIONS = 15;
    private static final int LAST_ITERATIONS = 200;
    private static final double MAX_DAMPING = 1e12;
    private static final double MIN_DAMPING = 1e-12;
    private static final double STAGE_TOLERANCE = 1e-3;

    private final ResidualModel model;
    private final double delta;
    private final int points;
    private final int n;
    private final double[] jacobian;
    private final double[] trialJacobian;
    private final double[] gradient;
    private final double[] hessian;
    private final double[] scale;
    private final double[] factor;
    private final double[] step;
    private final double[] trial;
    private double[] residuals;
    private double[] trialResiduals;
    private double[] currentJacobian;
    private double[] otherJacobian;

    /**
     * Where a minimisation ended.
     *
     * @param x the parameters
     * @param value the weighted sum of Huber losses
     * @param converged whether no step could lower the sum by more than its rounding
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over, not shared
    public record End(double[] x, double value, boolean converged) {}

    /**
     * A minimiser.
     *
     * @param model the model
     * @param delta where the loss goes from square to linear, positive
     */
    public HuberRegression(ResidualModel model, double delta) {
        this.model = model;
        this.delta = delta;
        this.points = model.points();
        this.n = model.parameters();
        this.jacobian = new double[points * n];
        this.trialJacobian = new double[points * n];
        this.currentJacobian = jacobian;
        this.otherJacobian = trialJacobian;
        this.residuals = new double[points];
        this.trialResiduals = new double[points];
        this.gradient = new double[n];
        this.hessian = new double[n * n];
        this.scale = new double[n];
        this.factor = new double[n * n];
        this.step = new double[n];
        this.trial = new double[n];
    }

    /**
     * The loss of one residual.
     *
     * @param residual the residual
     * @param delta where it goes from square to linear
     * @return the loss
     */
    public static double loss(double residual, double delta) {
        double size = Math.abs(residual);
        return size <= delta ? 0.5 * residual * residual : delta * (size - 0.5 * delta);
    }

    /**
     * The sum of losses as a function with a gradient, for other minimisers.
     *
     * @return the function; holds scratch memory of this object
     */
    public SmoothFunction objective() {
        double[] ones = new double[points];
        Arrays.fill(ones, 1);
        return (x, into) -> {
            model.evaluate(x, residuals, currentJacobian);
            Arrays.fill(into, 0);
            double sum = 0;
            for (int i = 0; i < points; i++) {
                double r = residuals[i];
                sum += loss(r, delta);
                double slope = Math.clamp(r, -delta, delta);
                for (int j = 0; j < n; j++) {
                    into[j] += slope * currentJacobian[i * n + j];
                }
            }
            return sum;
        };
    }

    /**
     * Minimises from a start.
     *
     * @param start the start, unchanged
     * @param weights the weight of each point, not negative
     * @param widest at how many times δ the stages begin; 1 for the last stage alone
     * @return where it ended
     */
    public End minimise(double[] start, double[] weights, double widest) {
        double[] x = start.clone();
        evaluate(x, residuals, currentJacobian);
        for (double stage = widest * delta; stage > delta; stage *= SHRINK) {
            descend(x, weights, stage, STAGE_TOLERANCE, STAGE_ITERATIONS);
        }
        boolean converged = descend(x, weights, delta, Math.ulp(1.0), LAST_ITERATIONS);
        double value = sum(residuals, weights, delta);
        return new End(x, value, converged && Double.isFinite(value));
    }

    private boolean descend(
            double[] x, double[] weights, double stage, double tolerance, int iterations) {
        double damping = 1e-3;
        double value = sum(residuals, weights, stage);
        for (int iteration = 0; iteration < iterations; iteration++) {
            linearise(weights, stage);
            boolean moved = false;
            while (damping <= MAX_DAMPING) {
                double predicted = solve(damping);
                if (predicted >= 0 && predicted <= tolerance * value) {
                    if (tolerance < STAGE_TOLERANCE) {
                        takeIfLower(x, weights, stage, value);
                    }
                    return true;
                }
                if (predicted > 0) {
                    double lower = takeIfLower(x, weights, stage, value);
                    if (lower < value) {
                        value = lower;
                        damping = Math.max(damping * 0.1, MIN_DAMPING);
                        moved = true;
                        break;
                    }
                }
                damping *= 10;
            }
            if (!moved) {
                return true;
            }
        }
        return false;
    }

    private double takeIfLower(double[] x, double[] weights, double stage, double value) {
        for (int j = 0; j < n; j++) {
            trial[j] = x[j] + step[j];
        }
        evaluate(trial, trialResiduals, otherJacobian);
        double trialValue = sum(trialResiduals, weights, stage);
        if (!(trialValue < value)) {
            return value;
        }
        System.arraycopy(trial, 0, x, 0, n);
        double[] held = residuals;
        residuals = trialResiduals;
        trialResiduals = held;
        held = currentJacobian;
        currentJacobian = otherJacobian;
        otherJacobian = held;
        return trialValue;
    }

    private void evaluate(double[] x, double[] into, double[] jacobianInto) {
        model.evaluate(x, into, jacobianInto);
    }

    private double sum(double[] of, double[] weights, double stage) {
        double sum = 0;
        for (int i = 0; i < points; i++) {
            if (weights[i] > 0) {
                sum += weights[i] * loss(of[i], stage);
            }
        }
        return sum;
    }

    /** Gradient, Hessian of the points within the stage, and the scale of the damping. */
    private void linearise(double[] weights, double stage) {
        Arrays.fill(gradient, 0);
        Arrays.fill(hessian, 0);
        Arrays.fill(scale, 0);
        for (int i = 0; i < points; i++) {
            double weight = weights[i];
            if (weight <= 0) {
                continue;
            }
            double r = residuals[i];
            double size = Math.abs(r);
            boolean within = size <= stage;
            double slope = weight * (within ? r : Math.copySign(stage, r));
            double pull = within ? weight : weight * stage / size;
            int row = i * n;
            for (int j = 0; j < n; j++) {
                double derivative = currentJacobian[row + j];
                gradient[j] += slope * derivative;
                scale[j] += pull * derivative * derivative;
                if (within) {
                    for (int k = 0; k <= j; k++) {
                        hessian[j * n + k] += weight * derivative * currentJacobian[row + k];
                    }
                }
            }
        }
    }

    /** The damped step; returns the decrease that its quadratic predicts, negative if none. */
    private double solve(double damping) {
        System.arraycopy(hessian, 0, factor, 0, n * n);
        for (int j = 0; j < n; j++) {
            factor[j * n + j] += damping * scale[j] + Double.MIN_NORMAL;
        }
        if (!Cholesky.factor(factor, n)) {
            return -1;
        }
        for (int j = 0; j < n; j++) {
            step[j] = -gradient[j];
        }
        Cholesky.solve(factor, n, step);
        double predicted = 0;
        for (int j = 0; j < n; j++) {
            predicted -= 0.5 * gradient[j] * step[j];
        }
        return Double.isFinite(predicted) ? predicted : -1;
    }
}
