package dev.retort.planning.testtime;

import dev.retort.planning.Interval;
import dev.retort.planning.PlanningException;
import dev.retort.planning.solve.Resamples;

import org.hipparchus.exception.MathRuntimeException;
import org.hipparchus.optim.nonlinear.vector.leastsquares.LeastSquaresBuilder;
import org.hipparchus.optim.nonlinear.vector.leastsquares.LevenbergMarquardtOptimizer;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;

/**
 * How coverage grows with samples: ln c = a k^b with a and b below 0 (Brown et al. 2024, Large
 * Language Monkeys), by least squares of ln c, so that what is nearly covered weighs no more than
 * it differs from 1. Damped Gauss-Newton steps start at the line through ln(−ln c) over ln k.
 *
 * <p>Immutable.
 */
public final class CoverageLaw {
    private static final int FEWEST = 3;
    private static final int REPLICATES = 1000;
    private static final int MOST_POINTS = 25;
    private static final int MOST_STEPS = 1000;

    /** Where ln(−ln c) has lost its digits. */
    private static final double COVERED = 1 - 1e-12;

    /** Beyond this share of resamples without a law, intervals would be made up. */
    private static final double MOST_WITHOUT = 0.1;

    private final Law law;
    private final List<Law> replicates;
    private final double level;

    /** The two numbers of the law. */
    private record Law(double a, double b) {
        /** Of problems of which none is ever solved. */
        static final Law NOTHING = new Law(Double.NEGATIVE_INFINITY, 0);

        /** Of problems that every sample solves. */
        static final Law EVERYTHING = new Law(0, 0);

        double coverage(double k) {
            return Math.exp(a * Math.pow(k, b));
        }
    }

    private CoverageLaw(Law law, List<Law> replicates, double level) {
        this.law = law;
        this.replicates = replicates;
        this.level = level;
    }

    /**
     * Fits the law to a table.
     *
     * @param table the table, with at least four samples of every problem
     * @return the law
     * @throws PlanningException if fewer than three k have a coverage between 0 and 1, or if that
     *     is so in more than a tenth of the resamples of the problems in which some are solved and
     *     some are not
     */
    public static CoverageLaw fit(ResultTable table) {
        int[] ks = spread(table.fewestSamples());
        double[][] coverage = new double[table.problems().size()][];
        for (int p = 0; p < coverage.length; p++) {
            Problem problem = table.problems().get(p);
            coverage[p] =
                    Arrays.stream(ks)
                            .mapToDouble(
                                    k -> PassAtK.estimate(problem.size(), problem.correct(), k))
                            .toArray();
        }
        Law best = fit(ks, mean(coverage, null));
        if (best == null) {
            throw new PlanningException(
                    "expected a coverage between 0 and 1 for at least %d numbers of samples, found that of at most %d samples"
                            .formatted(FEWEST, table.fewestSamples()),
                    List.of("more samples a problem, or problems that are solved only at times"));
        }
        return new CoverageLaw(best, resampled(ks, coverage, table.seed()), table.level());
    }

    /**
     * The laws of resampled problems; none of one problem, which says nothing of how problems
     * differ. Resamples in which none is solved, or all are at once, count as they are: without
     * them the interval would leave out the ends.
     */
    private static List<Law> resampled(int[] ks, double[][] coverage, long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        List<Law> laws = new ArrayList<>();
        int drawn = coverage.length > 1 ? REPLICATES : 0;
        for (int i = 0; i < drawn; i++) {
            double[] mean = mean(coverage, random);
            Law law =
                    mean[0] == 0
                            ? Law.NOTHING
                            : mean[0] >= COVERED ? Law.EVERYTHING : fit(ks, mean);
            if (law != null) {
                laws.add(law);
            }
        }
        double without = drawn - laws.size();
        if (without > MOST_WITHOUT * drawn) {
            throw new PlanningException(
                    String.format(
                            Locale.ROOT,
                            "expected a law in nearly every resample of the problems, found none in %.0f %% of %d",
                            100 * without / drawn,
                            drawn),
                    List.of("more problems, of which more are solved only at times"));
        }
        return List.copyOf(laws);
    }

    /** About equally far apart on a logarithmic scale. */
    private static int[] spread(int most) {
        return IntStream.rangeClosed(0, MOST_POINTS - 1)
                .map(i -> (int) Math.round(Math.pow(most, (double) i / (MOST_POINTS - 1))))
                .distinct()
                .toArray();
    }

    private static double[] mean(double[][] coverage, @Nullable RandomGenerator random) {
        double[] mean = new double[coverage[0].length];
        for (int i = 0; i < coverage.length; i++) {
            double[] row = coverage[random == null ? i : random.nextInt(coverage.length)];
            for (int j = 0; j < mean.length; j++) {
                mean[j] += row[j] / coverage.length;
            }
        }
        return mean;
    }

    /** The law, or nothing where too few points lie between 0 and 1. */
    private static @Nullable Law fit(int[] ks, double[] coverage) {
        double[] logs = IntStream.of(ks).mapToDouble(Math::log).toArray();
        int[] between =
                IntStream.range(0, ks.length)
                        .filter(j -> coverage[j] > 0 && coverage[j] < COVERED)
                        .toArray();
        if (between.length < FEWEST) {
            return null;
        }
        double[] start = line(logs, coverage, between);
        int[] used = IntStream.range(0, ks.length).filter(j -> coverage[j] > 0).toArray();
        double[] x = Arrays.stream(used).mapToDouble(j -> logs[j]).toArray();
        double[] y = Arrays.stream(used).mapToDouble(j -> Math.log(coverage[j])).toArray();
        try {
            double[] end =
                    new LevenbergMarquardtOptimizer()
                            .optimize(
                                    new LeastSquaresBuilder()
                                            .start(start)
                                            .target(y)
                                            .model(t -> values(x, t), t -> slopes(x, t))
                                            .maxEvaluations(MOST_STEPS)
                                            .maxIterations(MOST_STEPS)
                                            .build())
                            .getPoint()
                            .toArray();
            return new Law(end[0], end[1]);
        } catch (MathRuntimeException _) {
            // No step is better than a line that the points lie on to their last digit.
            return new Law(start[0], start[1]);
        }
    }

    /** Where ln(−ln c) over ln k lies on a line: (a, b). */
    private static double[] line(double[] logs, double[] coverage, int[] between) {
        double sumX = 0;
        double sumY = 0;
        double sumXx = 0;
        double sumXy = 0;
        for (int j : between) {
            double y = Math.log(-Math.log(coverage[j]));
            sumX += logs[j];
            sumY += y;
            sumXx += logs[j] * logs[j];
            sumXy += logs[j] * y;
        }
        int n = between.length;
        double slope = (n * sumXy - sumX * sumY) / (n * sumXx - sumX * sumX);
        return new double[] {-Math.exp((sumY - slope * sumX) / n), slope};
    }

    private static double[] values(double[] x, double[] t) {
        return Arrays.stream(x).map(log -> t[0] * Math.exp(t[1] * log)).toArray();
    }

    private static double[][] slopes(double[] x, double[] t) {
        return Arrays.stream(x)
                .mapToObj(
                        log -> {
                            double power = Math.exp(t[1] * log);
                            return new double[] {power, t[0] * power * log};
                        })
                .toArray(double[][]::new);
    }

    /**
     * The coverage of k samples.
     *
     * @param k the samples, at least 1; beyond those of the table an extrapolation
     * @return the coverage with its percentile interval over problems
     */
    public Interval coverage(double k) {
        return interval(each -> each.coverage(k));
    }

    /**
     * Why the law is no forecast: it misses what was measured of all the samples that it was fitted
     * to.
     *
     * @param table the table that it was fitted to
     * @return what the law says and what was measured, one sentence; empty where the law lies in
     *     the measured interval
     */
    public Optional<String> objection(ResultTable table) {
        int most = table.fewestSamples();
        Interval measured = table.passAtK(most);
        double expected = law.coverage(most);
        return measured.contains(expected)
                ? Optional.empty()
                : Optional.of(
                        String.format(
                                Locale.ROOT,
                                "There is no forecast of more samples: the law exp(a k^b) gives %.4f"
                                        + " at k = %d, where %.4f was measured (%.4f-%.4f).",
                                expected,
                                most,
                                measured.estimate(),
                                measured.low(),
                                measured.high()));
    }

    /**
     * The factor a, the logarithm of the coverage of one sample.
     *
     * @return below 0, with its percentile interval over problems
     */
    public Interval factor() {
        return interval(Law::a);
    }

    /**
     * The exponent b.
     *
     * @return below 0, with its percentile interval over problems
     */
    public Interval exponent() {
        return interval(Law::b);
    }

    private Interval interval(ToDoubleFunction<Law> quantity) {
        double estimate = quantity.applyAsDouble(law);
        return replicates.isEmpty()
                ? new Interval(estimate, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, level)
                : Resamples.percentiles(
                        estimate, replicates.stream().mapToDouble(quantity).toArray(), level);
    }
}
