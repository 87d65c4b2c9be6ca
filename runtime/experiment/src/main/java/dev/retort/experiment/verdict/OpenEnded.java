package dev.retort.experiment.verdict;

import java.util.OptionalInt;

/**
 * An e-process without a maximum of seeds: one may go on as long as one likes, also after an
 * inconclusive answer, and the evidence of several claims may be combined by e-BH. The price is
 * seeds: where the paired t-test of 10 seeds has a power of 0.8, a power of 0.8 takes up to 21
 * seeds, 12.8 on average.
 *
 * <p>Whatever the magnitudes, the signs of symmetric differences are those of a fair coin, so that
 * for every {@code k} the product of {@code 1 + tanh(k d_i / s_i)}, with {@code s_i} the root mean
 * square of the first {@code i} differences, has the expectation 1 at every stop (de la Peña,
 * 1999). The e-value is the mean of the products for {@code k} = 1/4, 1/2, 1, 2 and 4. A claim is
 * confirmed when it reaches {@code 1 / alpha} (Ville's inequality).
 */
public record OpenEnded() implements Design {
    private static final int MOST_DOUBLINGS = 64;

    /** {@inheritDoc} */
    @Override
    public int firstDecision(double alpha) {
        for (int n = 1; n < MOST_DOUBLINGS; n++) {
            if (SymmetricBet.most(n) >= 1 / alpha) {
                return n;
            }
        }
        throw new IllegalArgumentException("expected an alpha above 2^-50, found " + alpha);
    }

    /** {@inheritDoc} Its bound holds at all seeds together, so that all is spent by the first. */
    @Override
    public double spent(double alpha, int seeds) {
        return seeds < firstDecision(alpha) ? 0 : alpha;
    }

    /** {@inheritDoc} */
    @Override
    public OptionalInt mostSeeds() {
        return OptionalInt.empty();
    }

    /** {@inheritDoc} */
    @Override
    public String algorithm() {
        return "symmetric-e-process/1";
    }
}
