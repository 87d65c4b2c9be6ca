package dev.retort.device.kernels.reference;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The largest logits of one row.
 *
 * @param logits largest first
 * @param classes theirs
 * @param rest log Σ e^(logit / T) over the others
 */
@SuppressWarnings("ArrayRecordComponent") // never compared as a whole
public record TopReference(double[] logits, int[] classes, double rest) {
    /** Equal logits in the order of their classes. */
    public static TopReference of(double[] row, int k, double temperature) {
        int[] order =
                IntStream.range(0, row.length)
                        .boxed()
                        .sorted(
                                Comparator.comparingDouble((Integer c) -> -row[c])
                                        .thenComparingInt(c -> c))
                        .mapToInt(c -> c)
                        .toArray();
        double[] others = IntStream.range(k, row.length).mapToDouble(i -> row[order[i]]).toArray();
        return new TopReference(
                IntStream.range(0, k).mapToDouble(i -> row[order[i]]).toArray(),
                IntStream.range(0, k).map(i -> order[i]).toArray(),
                others.length == 0
                        ? Double.NEGATIVE_INFINITY
                        : LossReference.logSumExp(others, temperature));
    }
}
