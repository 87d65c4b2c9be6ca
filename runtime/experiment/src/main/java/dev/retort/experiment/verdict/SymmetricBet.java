package dev.retort.experiment.verdict;

/** The e-process of {@link OpenEnded}. */
final class SymmetricBet {
    private static final double[] STAKES = {0.25, 0.5, 1, 2, 4};

    private SymmetricBet() {}

    /**
     * What no e-value exceeds: a difference that dwarfs all before it is the square root of its
     * number times their root mean square.
     *
     * @param n the number of differences
     * @return the least upper bound
     */
    static double most(int n) {
        double sum = 0;
        for (double stake : STAKES) {
            double product = 1;
            for (int i = 1; i <= n; i++) {
                product *= 1 + StrictMath.tanh(stake * Math.sqrt(i));
            }
            sum += product;
        }
        return sum / STAKES.length;
    }

    /**
     * The e-value against "symmetric about zero or less".
     *
     * @param gains the differences
     * @param n how many of them, from the first
     * @return the e-value
     */
    static double wealth(double[] gains, int n) {
        double[] logs = new double[STAKES.length];
        double squares = 0;
        for (int i = 0; i < n; i++) {
            squares += gains[i] * gains[i];
            if (squares > 0) {
                double scaled = gains[i] / Math.sqrt(squares / (i + 1));
                for (int k = 0; k < STAKES.length; k++) {
                    logs[k] += StrictMath.log1p(StrictMath.tanh(STAKES[k] * scaled));
                }
            }
        }
        double sum = 0;
        for (double log : logs) {
            sum += StrictMath.exp(log);
        }
        return sum / STAKES.length;
    }
}
