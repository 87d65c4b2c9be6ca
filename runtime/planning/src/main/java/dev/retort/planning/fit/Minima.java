package dev.retort.planning.fit;

import dev.retort.planning.FitObserver;
import dev.retort.planning.solve.HuberRegression;
import dev.retort.planning.solve.Lbfgs;
import dev.retort.planning.solve.ResidualModel;
import dev.retort.planning.solve.StepCounter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The best minimum over many starts: L-BFGS from each of them, as published, then the ends that
 * came lowest are brought to the last digit. The objective is the sum of the losses, not their
 * mean, and no tolerance is absolute: with the mean, the published fit was stopped early by the
 * optimiser's tolerance (Besiroglu et al. 2024).
 *
 * @param x the parameters at the minimum
 * @param value the sum of Huber losses there
 * @param converged whether no step could lower the sum by more than its rounding
 * @param starts from how many starts it was searched
 * @param reached from how many of the refined ones the same minimum was reached
 * @param refined how many ends were refined
 * @param near this minimum, the first, and others whose value is at most a hundredth above it
 */
@SuppressWarnings("ArrayRecordComponent") // not copied: nothing outside sees it
record Minima(
        double[] x,
        double value,
        boolean converged,
        int starts,
        int reached,
        int refined,
        List<double[]> near) {
    /** A start whose value changes by less in an iteration is left to the refinement. */
    private static final double TOLERANCE = 1e-9;

    private static final int ITERATIONS = 300;
    private static final int REFINED = 100;
    private static final double WIDEST = 1024;
    private static final double SAME = 1e-9;
    private static final double NEAR = 0.01;
    private static final double APART = 1e-3;

    static Minima search(
            ResidualModel model, double delta, List<double[]> starts, FitObserver observer) {
        StepCounter searched = new StepCounter(observer, FitObserver.Step.START, starts.size());
        ThreadLocal<Lbfgs> searches =
                ThreadLocal.withInitial(
                        () ->
                                new Lbfgs(
                                        new HuberRegression(model, delta).objective(),
                                        model.parameters(),
                                        TOLERANCE,
                                        ITERATIONS));
        List<Lbfgs.End> ends =
                IntStream.range(0, starts.size())
                        .parallel()
                        .mapToObj(i -> searched.counted(searches.get().minimise(starts.get(i))))
                        .filter(end -> Double.isFinite(end.value()))
                        .sorted(Comparator.comparingDouble(Lbfgs.End::value))
                        .limit(REFINED)
                        .toList();
        double[] ones = new double[model.points()];
        Arrays.fill(ones, 1);
        StepCounter refined = new StepCounter(observer, FitObserver.Step.REFINEMENT, ends.size());
        List<HuberRegression.End> minima =
                ends.parallelStream()
                        .map(
                                end ->
                                        refined.counted(
                                                new HuberRegression(model, delta)
                                                        .minimise(end.x(), ones, WIDEST)))
                        .filter(end -> Double.isFinite(end.value()))
                        .sorted(Comparator.comparingDouble(HuberRegression.End::value))
                        .toList();
        HuberRegression.End best = minima.getFirst();
        double bound =
                Math.max(best.value() + SAME * Math.abs(best.value()), rounding(model, delta));
        int reached = (int) minima.stream().filter(end -> end.value() <= bound).count();
        return new Minima(
                best.x(),
                best.value(),
                best.converged(),
                starts.size(),
                reached,
                minima.size(),
                near(minima));
    }

    /** The sum of losses of points without noise: below it ends differ by rounding alone. */
    private static double rounding(ResidualModel model, double delta) {
        return model.points() * HuberRegression.loss(Residuals.floored(0), delta);
    }

    /** What a reader has to know of the search. */
    Optional<String> warning() {
        return converged
                ? Optional.empty()
                : Optional.of("The minimum was not reached to the last digit.");
    }

    private static List<double[]> near(List<HuberRegression.End> minima) {
        double bound = minima.getFirst().value() * (1 + NEAR);
        List<double[]> near = new ArrayList<>();
        for (HuberRegression.End end : minima) {
            if (end.value() <= bound && near.stream().allMatch(x -> apart(x, end.x()))) {
                near.add(end.x());
            }
        }
        return List.copyOf(near);
    }

    private static boolean apart(double[] x, double[] y) {
        return IntStream.range(0, x.length)
                .anyMatch(i -> Math.abs(x[i] - y[i]) > APART * (1 + Math.abs(x[i])));
    }
}
