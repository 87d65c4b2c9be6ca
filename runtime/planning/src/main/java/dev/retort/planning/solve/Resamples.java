package dev.retort.planning.solve;

import dev.retort.planning.FitObserver;
import dev.retort.planning.Interval;

import org.apache.commons.statistics.distribution.NormalDistribution;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;

/**
 * Fits to resampled points: the bootstrap over clusters (a cluster is one point where points are
 * independent) and the jackknife that leaves out one cluster at a time.
 *
 * <p>Intervals are bias-corrected and accelerated (BCa: Efron, JASA 82, 1987), so that they do not
 * depend on how a parameter is written, and correct for skewness. The same seed gives the same
 * replicates on any number of threads.
 *
 * <p>Immutable.
 */
public final class Resamples {
    /** δ times this is where a refit begins: it starts at a minimum that lies nearby. */
    private static final double WIDEST = 16;

    private static final RandomGeneratorFactory<RandomGenerator> GENERATORS =
            RandomGeneratorFactory.of("L64X128MixRandom");
    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

    private final double[] best;
    private final double[][] replicates;
    private final double[][] jackknife;
    private final int failures;

    private Resamples(double[] best, double[][] replicates, double[][] jackknife, int failures) {
        this.best = best;
        this.replicates = replicates;
        this.jackknife = jackknife;
        this.failures = failures;
    }

    /**
     * Refits to resampled points, on all cores.
     *
     * @param model the model
     * @param delta the δ of the Huber loss
     * @param minima where refits begin: the minimum of all points, and others that may be lower in
     *     a resample
     * @param clusters the cluster of each point, from 0 without gaps
     * @param count how many bootstrap replicates to draw
     * @param seed the seed
     * @param observer is told of each refit
     * @return the resamples
     */
    public static Resamples of(
            ResidualModel model,
            double delta,
            List<double[]> minima,
            int[] clusters,
            int count,
            long seed,
            FitObserver observer) {
        ThreadLocal<HuberRegression> solver =
                ThreadLocal.withInitial(() -> new HuberRegression(model, delta));
        int groups = Arrays.stream(clusters).max().orElse(-1) + 1;
        return of(
                minima.getFirst(),
                clusters,
                new int[groups],
                count,
                seed,
                weights -> minimise(solver.get(), minima, weights),
                observer);
    }

    /**
     * Refits by any procedure, on all cores.
     *
     * @param best the parameters of all points
     * @param clusters the cluster of each point, from 0 without gaps
     * @param strata the stratum of each cluster, from 0 without gaps: as many of its clusters are
     *     drawn as it has
     * @param count how many bootstrap replicates to draw
     * @param seed the seed
     * @param refit the parameters of weighted points, empty where there are none; called by several
     *     threads at once
     * @param observer is told of each refit
     * @return the resamples
     */
    public static Resamples of(
            double[] best,
            int[] clusters,
            int[] strata,
            int count,
            long seed,
            UnaryOperator<double[]> refit,
            FitObserver observer) {
        int[][] members = members(strata);
        double[][] drawn =
                refit(
                        new StepCounter(observer, FitObserver.Step.REPLICATE, count),
                        count,
                        refit,
                        index -> bootstrap(clusters, strata, members, seed, index));
        double[][] leftOut =
                refit(
                        new StepCounter(observer, FitObserver.Step.LEAVING_OUT, strata.length),
                        strata.length,
                        refit,
                        index -> without(clusters, index));
        double[][] usable = Arrays.stream(drawn).filter(x -> x.length > 0).toArray(double[][]::new);
        return new Resamples(best, usable, leftOut, count - usable.length);
    }

    /**
     * The lowest of the minima that a refit reaches.
     *
     * @param solver the solver
     * @param minima where it begins
     * @param weights the weights of the points
     * @return its parameters; empty if there is none
     */
    public static double[] minimise(
            HuberRegression solver, List<double[]> minima, double[] weights) {
        return minima.stream()
                .map(x -> solver.minimise(x, weights, WIDEST))
                .filter(end -> isFinite(end.x()))
                .filter(end -> Double.isFinite(end.value()))
                .min(Comparator.comparingDouble(HuberRegression.End::value))
                .map(HuberRegression.End::x)
                .orElse(new double[0]);
    }

    /**
     * The resamples whose parameters make sense: where a refit ran off, it says nothing.
     *
     * @param sensible whether parameters do
     * @return those of them; the others count as failures
     */
    public Resamples where(Predicate<double[]> sensible) {
        double[][] kept = Arrays.stream(replicates).filter(sensible).toArray(double[][]::new);
        double[][] left =
                Arrays.stream(jackknife)
                        .map(x -> x.length > 0 && sensible.test(x) ? x : new double[0])
                        .toArray(double[][]::new);
        return new Resamples(best, kept, left, failures + replicates.length - kept.length);
    }

    private static double[][] refit(
            StepCounter steps,
            int count,
            UnaryOperator<double[]> refit,
            IntFunction<double[]> weights) {
        return IntStream.range(0, count)
                .parallel()
                .mapToObj(index -> steps.counted(refit.apply(weights.apply(index))))
                .toArray(double[][]::new);
    }

    private static int[][] members(int[] strata) {
        return IntStream.rangeClosed(0, Arrays.stream(strata).max().orElse(-1))
                .mapToObj(
                        stratum ->
                                IntStream.range(0, strata.length)
                                        .filter(cluster -> strata[cluster] == stratum)
                                        .toArray())
                .toArray(int[][]::new);
    }

    private static double[] bootstrap(
            int[] clusters, int[] strata, int[][] members, long seed, int index) {
        RandomGenerator random = GENERATORS.create(mix(seed, index));
        int[] counts = new int[strata.length];
        for (int stratum : strata) {
            int[] among = members[stratum];
            counts[among[random.nextInt(among.length)]]++;
        }
        return Arrays.stream(clusters).mapToDouble(cluster -> counts[cluster]).toArray();
    }

    private static double[] without(int[] clusters, int left) {
        return Arrays.stream(clusters).mapToDouble(cluster -> cluster == left ? 0 : 1).toArray();
    }

    private static long mix(long seed, int index) {
        return new Random(seed * 0x9E3779B97F4A7C15L + index).nextLong();
    }

    private static boolean isFinite(double[] x) {
        return Arrays.stream(x).allMatch(Double::isFinite);
    }

    /**
     * How many replicates have no minimum, or none that makes sense.
     *
     * @return the number; they are left out
     */
    public int failures() {
        return failures;
    }

    /**
     * The parameters of the replicates.
     *
     * @return one array a replicate; not copied, not to be changed
     */
    public double[][] replicates() {
        return replicates;
    }

    /**
     * The parameters without one cluster each.
     *
     * @return one array a cluster, empty where there is no minimum; not to be changed
     */
    public double[][] jackknife() {
        return jackknife;
    }

    /**
     * The covariance of quantities over the replicates.
     *
     * @param quantities the quantities, functions of the parameters
     * @return the matrix, in their order
     */
    public double[][] covariance(List<ToDoubleFunction<double[]>> quantities) {
        int n = quantities.size();
        double[][] values = new double[n][];
        double[] means = new double[n];
        for (int j = 0; j < n; j++) {
            values[j] = Arrays.stream(replicates).mapToDouble(quantities.get(j)).toArray();
            means[j] = Arrays.stream(values[j]).average().orElse(Double.NaN);
        }
        double[][] covariance = new double[n][n];
        for (int j = 0; j < n; j++) {
            for (int k = 0; k < n; k++) {
                double sum = 0;
                for (int i = 0; i < replicates.length; i++) {
                    sum += (values[j][i] - means[j]) * (values[k][i] - means[k]);
                }
                covariance[j][k] = sum / (replicates.length - 1);
            }
        }
        return covariance;
    }

    /**
     * The BCa interval of a quantity.
     *
     * @param quantity a function of the parameters
     * @param level the confidence
     * @return the interval
     */
    public Interval interval(ToDoubleFunction<double[]> quantity, double level) {
        return interval(quantity.applyAsDouble(best), values(quantity), leftOut(quantity), level);
    }

    /**
     * The interval of a quantity times a factor that is drawn anew, such as the noise of one more
     * observation. It rests on the same BCa distribution as the interval of the quantity, so both
     * have the same correction for bias and skewness.
     *
     * @param quantity a positive, finite function of the parameters
     * @param factors what the factor may be with equal chance, positive, at least one
     * @param level the confidence
     * @return the interval
     */
    public Interval interval(ToDoubleFunction<double[]> quantity, double[] factors, double level) {
        double estimate = quantity.applyAsDouble(best);
        double[] values = values(quantity);
        return values.length == 0
                ? interval(estimate, values, values, level)
                : new ConfidenceCurve(
                                estimate,
                                values,
                                bias(estimate, values),
                                acceleration(leftOut(quantity)))
                        .times(factors, level);
    }

    private double[] values(ToDoubleFunction<double[]> quantity) {
        return Arrays.stream(replicates)
                .mapToDouble(quantity)
                .filter(value -> !Double.isNaN(value))
                .sorted()
                .toArray();
    }

    private double[] leftOut(ToDoubleFunction<double[]> quantity) {
        return Arrays.stream(jackknife)
                .filter(x -> x.length > 0)
                .mapToDouble(quantity)
                .filter(Double::isFinite)
                .toArray();
    }

    /**
     * The BCa interval from replicates at hand.
     *
     * @param estimate the estimate
     * @param sorted the values of the replicates, ascending
     * @param jackknife the values without one cluster each
     * @param level the confidence
     * @return the interval
     */
    public static Interval interval(
            double estimate, double[] sorted, double[] jackknife, double level) {
        if (sorted.length == 0) {
            return new Interval(
                    estimate, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, level);
        }
        double bias = bias(estimate, sorted);
        double acceleration = acceleration(jackknife);
        double tail = (1 - level) / 2;
        double low = quantile(sorted, adjusted(tail, bias, acceleration));
        double high = quantile(sorted, adjusted(1 - tail, bias, acceleration));
        return new Interval(estimate, Math.min(low, high), Math.max(low, high), level);
    }

    /**
     * The percentile interval.
     *
     * @param estimate the estimate
     * @param values the values of the replicates, finite, at least one; not changed
     * @param level the confidence
     * @return the interval
     */
    public static Interval percentiles(double estimate, double[] values, double level) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double tail = (1 - level) / 2;
        return new Interval(estimate, quantile(sorted, tail), quantile(sorted, 1 - tail), level);
    }

    private static double bias(double estimate, double[] sorted) {
        double below = 0;
        for (double value : sorted) {
            below += value < estimate ? 1 : value == estimate ? 0.5 : 0;
        }
        double share =
                Math.clamp(below / sorted.length, 0.5 / sorted.length, 1 - 0.5 / sorted.length);
        return NORMAL.inverseCumulativeProbability(share);
    }

    private static double acceleration(double[] jackknife) {
        double mean = Arrays.stream(jackknife).average().orElse(0);
        double squares = 0;
        double cubes = 0;
        for (double value : jackknife) {
            double d = mean - value;
            squares += d * d;
            cubes += d * d * d;
        }
        return squares > 0 ? cubes / (6 * Math.pow(squares, 1.5)) : 0;
    }

    private static double adjusted(double tail, double bias, double acceleration) {
        double shifted = bias + NORMAL.inverseCumulativeProbability(tail);
        double denominator = 1 - acceleration * shifted;
        if (denominator <= 0) {
            return tail < 0.5 ? 0 : 1;
        }
        return NORMAL.cumulativeProbability(bias + shifted / denominator);
    }

    /**
     * A quantile by linear interpolation (type 7 of Hyndman and Fan, 1996).
     *
     * @param sorted the values, ascending, at least one; next to an infinite one it is that one
     * @param share from 0 to 1
     * @return the quantile
     */
    public static double quantile(double[] sorted, double share) {
        double position = share * (sorted.length - 1);
        int below = (int) Math.floor(position);
        int above = Math.min(below + 1, sorted.length - 1);
        double part = position - below;
        boolean isOpen = sorted[below] == Double.NEGATIVE_INFINITY;
        return part == 0 || isOpen || sorted[below] == sorted[above]
                ? sorted[below]
                : sorted[below] + part * (sorted[above] - sorted[below]);
    }
}
