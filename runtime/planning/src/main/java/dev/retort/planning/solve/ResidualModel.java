package dev.retort.planning.solve;

/** A model's residuals at the points it is fitted to. Stateless, so that threads can share it. */
public interface ResidualModel {
    /**
     * How many points there are.
     *
     * @return the number
     */
    int points();

    /**
     * How many parameters the model has.
     *
     * @return the number
     */
    int parameters();

    /**
     * Evaluates all residuals, prediction less observation, and their derivatives.
     *
     * @param x the parameters
     * @param residuals receives one a point
     * @param jacobian receives the derivatives, points by parameters in row order
     */
    void evaluate(double[] x, double[] residuals, double[] jacobian);
}
