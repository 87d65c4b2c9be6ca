package dev.retort.bench.planning;

import dev.retort.planning.fit.LossPoint;
import dev.retort.planning.fit.ParametricLaw;
import dev.retort.planning.fit.PublishedLaw;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Runs drawn from a known law, as the published data set has them: budgets from 10¹⁸ to 3·10²¹
 * FLOPs, sizes around the optimum of each by a factor of up to 4.5, noise of ln L, and a share of
 * runs whose loss is too high, as after a bad start or a divergence.
 *
 * @param points how many runs
 * @param noise the standard deviation of ln L
 * @param outliers the share of outliers
 */
record SimulatedRuns(int points, double noise, double outliers) {
    static final ParametricLaw LAW = PublishedLaw.BESIROGLU_2024.law();

    private static final double LEAST = 1e18;
    private static final double RANGE = 3e3;
    private static final double OUTLIER = 0.1;

    List<LossPoint> draw(long seed) {
        Random random = new Random(seed);
        List<LossPoint> runs = new ArrayList<>();
        for (int i = 0; i < points; i++) {
            double flops = LEAST * Math.pow(RANGE, random.nextDouble());
            double size = Math.sqrt(flops / 120) * Math.exp(3 * (random.nextDouble() - 0.5));
            double tokens = flops / 6 / size;
            double loss = LAW.loss(size, tokens) * Math.exp(noise * random.nextGaussian());
            if (random.nextDouble() < outliers) {
                loss *= Math.exp(OUTLIER * Math.abs(random.nextGaussian()));
            }
            runs.add(LossPoint.of(size, tokens, loss));
        }
        return runs;
    }
}
