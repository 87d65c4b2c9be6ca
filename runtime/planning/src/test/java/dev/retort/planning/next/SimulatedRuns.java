package dev.retort.planning.next;

import dev.retort.planning.FlopConvention;
import dev.retort.planning.fit.FitOptions;
import dev.retort.planning.fit.LossPoint;
import dev.retort.planning.fit.ParametricLaw;
import dev.retort.planning.fit.PublishedLaw;
import dev.retort.planning.fit.StartGrid;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Runs of a known law with noise, made as a loop asks for them. */
final class SimulatedRuns implements PlanLoop.Executor {
    static final ParametricLaw LAW = PublishedLaw.BESIROGLU_2024.law();
    static final FlopConvention COUNTED = new FlopConvention.SixND();
    static final FitOptions OPTIONS =
            FitOptions.DEFAULT
                    .withStarts(StartGrid.COARSE)
                    .withBootstrap(400, 1)
                    .withStatedUnit(true);

    private static final double NOISE = 0.003;

    private final Random random;
    private double spent;

    SimulatedRuns(long seed) {
        random = new Random(seed);
    }

    @Override
    public List<LossPoint> make(List<Candidate> runs) {
        List<LossPoint> made = new ArrayList<>();
        for (Candidate run : runs) {
            spent += run.flops(COUNTED);
            double loss =
                    LAW.loss(run.parameters(), run.tokens())
                            * Math.exp(NOISE * random.nextGaussian());
            made.add(LossPoint.of(run.parameters(), run.tokens(), loss));
        }
        return made;
    }

    double spent() {
        return spent;
    }

    /** Equal steps of the logarithm, both ends included. */
    static List<Double> steps(double low, double high, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> low * Math.pow(high / low, i / (count - 1.0)))
                .toList();
    }

    /** From 30 million to 1 billion parameters and 0.6 to 20 billion tokens. */
    static List<Candidate> candidates(int levels) {
        return Candidate.grid(steps(3e7, 1e9, levels), steps(6e8, 2e10, levels), 1e30, COUNTED);
    }
}
