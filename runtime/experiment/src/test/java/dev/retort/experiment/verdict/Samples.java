package dev.retort.experiment.verdict;

import java.util.SplittableRandom;

/** Draws of differences without effect. */
enum Samples {
    NORMAL(true),
    /** Student's t with 2 degrees of freedom: infinite variance. */
    HEAVY_TAILED(true),
    CAUCHY(true),
    /** Values on a coarse grid, many of them zero, as accuracies on a small test set. */
    TIED(true),
    /** Both arms are exponential: what "nothing changed" makes of skewed metrics. */
    SKEWED_ARMS(true),
    /** The scale differs from seed to seed, up to a factor of 100. */
    UNEQUAL_SCALES(true),
    /** Mean 0 and a long tail upwards: not symmetric, so not covered, but on the safe side. */
    SKEWED_UP(false),
    /** Mean 0 and a moderate tail downwards, skewness -1. */
    SKEWED_DOWN_MODERATELY(false),
    /** Mean 0 and a long tail downwards, skewness -2. */
    SKEWED_DOWN(false);

    /** Whether the guarantee is exact. */
    final boolean symmetric;

    Samples(boolean symmetric) {
        this.symmetric = symmetric;
    }

    double[] draw(int n, SplittableRandom random) {
        double[] drawn = new double[n];
        for (int i = 0; i < n; i++) {
            drawn[i] = draw(random);
        }
        return drawn;
    }

    private double draw(SplittableRandom r) {
        return switch (this) {
            case NORMAL -> r.nextGaussian();
            case HEAVY_TAILED -> r.nextGaussian() / Math.sqrt(r.nextExponential());
            case CAUCHY -> StrictMath.tan(Math.PI * (r.nextDouble() - 0.5));
            case TIED -> Math.rint(1.5 * r.nextGaussian()) / 80;
            case SKEWED_ARMS -> {
                double treatment = r.nextExponential();
                yield treatment - r.nextExponential();
            }
            case UNEQUAL_SCALES -> r.nextGaussian() * Math.pow(10, 2 * r.nextDouble());
            case SKEWED_UP -> r.nextExponential() - 1;
            case SKEWED_DOWN_MODERATELY -> {
                double sum = 0;
                for (int i = 0; i < 4; i++) {
                    sum += r.nextExponential();
                }
                yield 4 - sum;
            }
            case SKEWED_DOWN -> 1 - r.nextExponential();
        };
    }
}
