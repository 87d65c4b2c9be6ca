package dev.retort.planning.testtime;

import dev.retort.planning.Interval;
import dev.retort.planning.PlanningException;
import dev.retort.planning.solve.Resamples;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * How coverage grows with samples: c = exp(a k^b) with a and b below 0 (Brown et al. 2024, Large
 * Language Monkeys), by least squares of ln(−ln c) over ln k, where it is a line.
 *
 * @param a the logarithm of the coverage of one sample, below 0
 * @param b the exponent, below 0
 * @param replicates (a, b) of resampled problems
 * @param level the confidence
 */
@SuppressWarnings("ArrayRecordComponent") // never compared as a whole
public record CoverageLaw(double a, double b, double[][] replicates, double level) {
    private static final int FEWEST = 3;
    private static final int REPLICATES = 1000;
    private static final int MOST_POINTS = 25;

    /**
     * Fits the law to a table.
     *
     * @param table the table, with at least four samples of every problem
     * @return the law
     * @throws PlanningException if fewer than three k have a coverage between 0 and 1
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
        double[] best = line(ks, mean(coverage, null));
        if (best.length == 0) {
            throw new PlanningException(
                    "expected a coverage between 0 and 1 for at least %d numbers of samples, found that of at most %d samples"
                            .formatted(FEWEST, table.fewestSamples()),
                    List.of("more samples a problem, or problems that are solved only at times"));
        }
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(table.seed());
        List<double[]> replicates = new ArrayList<>();
        for (int i = 0; i < REPLICATES; i++) {
            double[] line = line(ks, mean(coverage, random));
            if (line.length > 0) {
                replicates.add(line);
            }
        }
        return new CoverageLaw(
                best[0], best[1], replicates.toArray(double[][]::new), table.level());
    }

    /** About equally far apart on a logarithmic scale. */
    private static int[] spread(int most) {
        return java.util.stream.IntStream.rangeClosed(0, MOST_POINTS - 1)
                .map(i -> (int) Math.round(Math.pow(most, (double) i / (MOST_POINTS - 1))))
                .distinct()
                .toArray();
    }

    private static double[] mean(
            double[][] coverage, @org.jspecify.annotations.Nullable RandomGenerator random) {
        double[] mean = new double[coverage[0].length];
        for (int i = 0; i < coverage.length; i++) {
            double[] row = coverage[random == null ? i : random.nextInt(coverage.length)];
            for (int j = 0; j < mean.length; j++) {
                mean[j] += row[j] / coverage.length;
            }
        }
        return mean;
    }

    /** (a, b), or nothing where too few points lie between 0 and 1. */
    private static double[] line(int[] ks, double[] coverage) {
        int count = 0;
        double sumX = 0;
        double sumY = 0;
        double sumXx = 0;
        double sumXy = 0;
        for (int j = 0; j < ks.length; j++) {
            if (coverage[j] > 0 && coverage[j] < 1 - 1e-12) {
                double x = Math.log(ks[j]);
                double y = Math.log(-Math.log(coverage[j]));
                count++;
                sumX += x;
                sumY += y;
                sumXx += x * x;
                sumXy += x * y;
            }
        }
        if (count < FEWEST) {
            return new double[0];
        }
        double slope = (count * sumXy - sumX * sumY) / (count * sumXx - sumX * sumX);
        return new double[] {-Math.exp((sumY - slope * sumX) / count), slope};
    }

    /**
     * The coverage of k samples.
     *
     * @param k the samples, at least 1; beyond those of the table an extrapolation
     * @return the coverage with its percentile interval over problems
     */
    public Interval coverage(double k) {
        return interval(
                Math.exp(a * Math.pow(k, b)),
                Arrays.stream(replicates)
                        .mapToDouble(line -> Math.exp(line[0] * Math.pow(k, line[1])))
                        .toArray());
    }

    /**
     * The exponent b.
     *
     * @return with its percentile interval over problems
     */
    public Interval exponent() {
        return interval(b, Arrays.stream(replicates).mapToDouble(line -> line[1]).toArray());
    }

    /**
     * The factor a.
     *
     * @return with its percentile interval over problems
     */
    public Interval factor() {
        return interval(a, Arrays.stream(replicates).mapToDouble(line -> line[0]).toArray());
    }

    private Interval interval(double estimate, double[] values) {
        return Resamples.percentiles(estimate, values, level);
    }
}
