package dev.retort.planning.fit;

import static dev.retort.planning.PlanningException.requirePositive;

import dev.retort.planning.PlanningException;

/**
 * The parametric law L(N, D) = E + A/N^α + B/D^β of Hoffmann et al. 2022 (approach 3), in nats a
 * token.
 *
 * @param a A, the weight of the model's size, positive
 * @param b B, the weight of the data, positive
 * @param e E, the loss that no model and no data remove, not negative
 * @param alpha α, the exponent of the size, positive
 * @param beta β, the exponent of the data, positive
 */
public record ParametricLaw(double a, double b, double e, double alpha, double beta) {
    /** The largest logarithm of a constant: beyond, it is no number or 0. */
    static final double LARGEST_LOG = 700;

    /** Checks the parameters. */
    public ParametricLaw {
        requirePositive("A", a);
        requirePositive("B", b);
        requirePositive("alpha", alpha);
        requirePositive("beta", beta);
        if (!(e >= 0 && Double.isFinite(e))) {
            throw new PlanningException("expected an E that is not negative, found " + e);
        }
    }

    /** A law from (ln A, ln B, ln E, α, β), the parameters of the fit; unchecked values refuse. */
    static ParametricLaw of(double[] x) {
        return new ParametricLaw(Math.exp(x[0]), Math.exp(x[1]), Math.exp(x[2]), x[3], x[4]);
    }

    static boolean isLaw(double[] x) {
        return x[3] > 0
                && x[4] > 0
                && Math.abs(x[0]) < LARGEST_LOG
                && Math.abs(x[1]) < LARGEST_LOG
                && x[2] < LARGEST_LOG;
    }

    /**
     * The loss of a model.
     *
     * @param parameters its parameters N, positive
     * @param tokens the tokens D it is trained on, positive
     * @return the loss in nats a token
     */
    public double loss(double parameters, double tokens) {
        return e + a * Math.pow(parameters, -alpha) + b * Math.pow(tokens, -beta);
    }

    /**
     * The exponent of the compute-optimal size, N* ∝ C^(β/(α+β)).
     *
     * @return β/(α+β)
     */
    public double sizeExponent() {
        return beta / (alpha + beta);
    }

    /**
     * The factor G = (αA/(βB))^(1/(α+β)) of the compute-optimal size under C = 6ND, N* = G
     * (C/6)^(β/(α+β)).
     *
     * @return the factor
     */
    public double optimumFactor() {
        return Math.exp((Math.log(alpha * a) - Math.log(beta * b)) / (alpha + beta));
    }

    /**
     * The tokens after which a model reaches a loss.
     *
     * @param parameters its parameters N, positive
     * @param loss the loss in nats
     * @return the tokens; infinite where no data bring it there
     */
    public double tokensFor(double parameters, double loss) {
        double left = loss - e - a * Math.pow(parameters, -alpha);
        return left > 0 ? Math.pow(b / left, 1 / beta) : Double.POSITIVE_INFINITY;
    }
}
