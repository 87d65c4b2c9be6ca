package dev.retort.device.sampling;

import java.util.Arrays;
import java.util.Optional;

/**
 * What a stretch of samples amounts to.
 *
 * @param count the samples with a value, at least 1
 * @param absent the samples without one
 * @param min the least value
 * @param max the greatest value
 * @param mean the mean over time: between two neighbouring samples with values the value is taken
 *     to go in a straight line; over time without values nothing is assumed. With no two neighbours
 *     it is the plain mean
 * @param median the value that half of the samples do not exceed (nearest rank)
 * @param p95 the value that 95 % of the samples do not exceed (nearest rank)
 * @param last the newest value
 */
public record Statistics(
        int count,
        int absent,
        double min,
        double max,
        double mean,
        double median,
        double p95,
        double last) {

    /**
     * The statistics of samples.
     *
     * @param nanoTimes when they were taken, ascending
     * @param values their values, NaN where there is none
     * @return the statistics, or empty when there is no value
     */
    static Optional<Statistics> of(long[] nanoTimes, double[] values) {
        double[] sorted = Arrays.stream(values).filter(value -> !Double.isNaN(value)).toArray();
        if (sorted.length == 0) {
            return Optional.empty();
        }
        double last = sorted[sorted.length - 1];
        double plainMean = Arrays.stream(sorted).sum() / sorted.length;
        Arrays.sort(sorted);
        return Optional.of(
                new Statistics(
                        sorted.length,
                        values.length - sorted.length,
                        sorted[0],
                        sorted[sorted.length - 1],
                        meanOverTime(nanoTimes, values, plainMean),
                        quantile(sorted, 0.5),
                        quantile(sorted, 0.95),
                        last));
    }

    private static double meanOverTime(long[] nanoTimes, double[] values, double otherwise) {
        double area = 0;
        double covered = 0;
        for (int i = 1; i < values.length; i++) {
            if (!Double.isNaN(values[i - 1]) && !Double.isNaN(values[i])) {
                double nanos = (double) (nanoTimes[i] - nanoTimes[i - 1]);
                area += nanos * (values[i - 1] + values[i]) / 2;
                covered += nanos;
            }
        }
        return covered > 0 ? area / covered : otherwise;
    }

    private static double quantile(double[] sorted, double share) {
        return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
    }
}
