package dev.retort.planning.next;

import dev.retort.planning.fit.LossPoint;
import dev.retort.planning.fit.ParametricFit;
import dev.retort.planning.fit.ParametricLaw;

import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.RealVector;

/**
 * What runs tell of a law's parameters (ln A, ln B, E, α, β): the covariance of the fit, linearised
 * at the law, and what a further run would take from the variance of an extrapolated ln loss. With
 * g the gradient of a run's ln loss, c that of the extrapolated one, Σ the covariance and σ² the
 * noise of a run, that is (cᵀ Σ g)² / (σ² + gᵀ Σ g): c-optimal design (Pukelsheim, Optimal Design
 * of Experiments, 1993) by the formula of Sherman and Morrison.
 */
final class LawInformation {
    /** A law of runs that agree to this would be taken for exact. */
    private static final double LEAST_NOISE = 1e-4;

    /**
     * Standard deviations of what is known before any run, wide: they bound a covariance that the
     * runs leave open.
     */
    private static final double[] PRIOR = {10, 10, 5, 1, 1};

    private final ParametricLaw law;
    private final double variance;
    private RealMatrix covariance;

    LawInformation(ParametricFit fit) {
        law = fit.law();
        double noise = Math.max(LEAST_NOISE, fit.noise());
        variance = noise * noise;
        RealMatrix information = new Array2DRowRealMatrix(PRIOR.length, PRIOR.length);
        for (int i = 0; i < PRIOR.length; i++) {
            information.setEntry(i, i, 1 / (PRIOR[i] * PRIOR[i]));
        }
        for (LossPoint point : fit.points()) {
            RealVector g = gradient(point.parameters(), point.tokens());
            information = information.add(g.outerProduct(g).scalarMultiply(1 / variance));
        }
        covariance = new CholeskyDecomposition(information).getSolver().getInverse();
    }

    /** ∂ ln L / ∂ (ln A, ln B, E, α, β). */
    RealVector gradient(double parameters, double tokens) {
        double ofSize = law.a() * Math.pow(parameters, -law.alpha());
        double ofData = law.b() * Math.pow(tokens, -law.beta());
        double loss = law.e() + ofSize + ofData;
        return new ArrayRealVector(
                new double[] {
                    ofSize / loss,
                    ofData / loss,
                    1 / loss,
                    -Math.log(parameters) * ofSize / loss,
                    -Math.log(tokens) * ofData / loss
                });
    }

    /** The variance of the extrapolated ln loss. */
    double variance(Decision decision) {
        RealVector c = gradient(decision.parameters(), decision.tokens());
        return c.dotProduct(covariance.operate(c));
    }

    /** What a run would take from that variance. */
    double reduction(Decision decision, Candidate candidate) {
        RealVector c = gradient(decision.parameters(), decision.tokens());
        RealVector g = gradient(candidate.parameters(), candidate.tokens());
        RealVector moved = covariance.operate(g);
        double shared = c.dotProduct(moved);
        return shared * shared / (variance + g.dotProduct(moved));
    }

    /** Counts a run as made. */
    void add(Candidate candidate) {
        RealVector g = gradient(candidate.parameters(), candidate.tokens());
        RealVector moved = covariance.operate(g);
        covariance =
                covariance.subtract(
                        moved.outerProduct(moved)
                                .scalarMultiply(1 / (variance + g.dotProduct(moved))));
    }
}
