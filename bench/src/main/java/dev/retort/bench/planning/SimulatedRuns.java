package dev.retort.bench.planning;

import dev.retort.planning.fit.LossPoint;
import dev.retort.planning.fit.ParametricLaw;
import dev.retort.planning.fit.PublishedLaw;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * Runs drawn from a known law, as the published data set has them: budgets from 10¹⁸ to 3·10²¹
 * FLOPs, sizes around the optimum of each by a factor of up to 4.5, noise of ln L, a share of runs
 * whose loss is too high, as after a bad start or a divergence, and runs on the least data that
 * failed, as the published set has five.
 *
 * @param points how many runs
 * @param noise the standard deviation of ln L
 * @param outliers the share of outliers
 * @param failed how many of the runs on the least data have a loss that is 8 to 26 % too high
 */
record SimulatedRuns(int points, double noise, double outliers, int failed) {
    static final ParametricLaw LAW = PublishedLaw.BESIROGLU_2024.law();

    private static final double LEAST = 1e18;
    private static final double RANGE = 3e3;
    private static final double OUTLIER = 0.1;
    private static final double LEAST_FAILURE = 0.08;
    private static final double FAILURES = 0.18;

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
        runs.sort(Comparator.comparingDouble(LossPoint::tokens));
        for (int i = 0; i < failed; i++) {
            LossPoint run = runs.get(i);
            double excess = LEAST_FAILURE + FAILURES * random.nextDouble();
            runs.set(
                    i, LossPoint.of(run.parameters(), run.tokens(), run.loss() * Math.exp(excess)));
        }
        return runs;
    }
}
