package dev.retort.planning.fit;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Runs drawn from a known law. */
final class Simulated {
    static final ParametricLaw LAW = PublishedLaw.BESIROGLU_2024.law();

    private Simulated() {}

    /** Runs around the compute-optimal ones of budgets from 1e18 to 3e21 FLOPs. */
    static List<LossPoint> runs(long seed, int count, double noise) {
        Random random = new Random(seed);
        List<LossPoint> points = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            double flops = 1e18 * Math.pow(3e3, random.nextDouble());
            double size = Math.sqrt(flops / 120) * Math.exp(3 * (random.nextDouble() - 0.5));
            double tokens = flops / 6 / size;
            double loss = LAW.loss(size, tokens) * Math.exp(noise * random.nextGaussian());
            points.add(LossPoint.of(size, tokens, loss));
        }
        return points;
    }
}
