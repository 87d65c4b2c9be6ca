package dev.retort.experiment.search;

import java.util.SplittableRandom;

/**
 * Synthetic loss curves that cross: {@code a + b t^-c} with a floor, a height and a rate of decay
 * that are drawn independently, so that what learns fast at first need not end best.
 */
final class Curves {
    static final int EPOCHS = 256;

    private final double[] floor;
    private final double[] height;
    private final double[] decay;

    Curves(int trials, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        floor = new double[trials];
        height = new double[trials];
        decay = new double[trials];
        for (int i = 0; i < trials; i++) {
            floor[i] = 0.2 + 0.8 * random.nextDouble();
            height[i] = 0.5 + 1.5 * random.nextDouble();
            decay[i] = 0.4 + 0.6 * random.nextDouble();
        }
    }

    double loss(int trial, int epochs) {
        return floor[trial] + height[trial] * Math.pow(epochs, -decay[trial]);
    }

    /** 1 for the trial that ends best. */
    int finalRank(int trial) {
        int rank = 1;
        for (int other = 0; other < floor.length; other++) {
            rank += loss(other, EPOCHS) < loss(trial, EPOCHS) ? 1 : 0;
        }
        return rank;
    }

    /** The share of pairs whose order at an epoch is not that of the end. */
    double crossings(int epochs) {
        int crossed = 0;
        int pairs = 0;
        for (int i = 0; i < floor.length; i++) {
            for (int j = 0; j < i; j++) {
                boolean early = loss(i, epochs) < loss(j, epochs);
                crossed += early == loss(i, EPOCHS) < loss(j, EPOCHS) ? 0 : 1;
                pairs++;
            }
        }
        return (double) crossed / pairs;
    }
}
