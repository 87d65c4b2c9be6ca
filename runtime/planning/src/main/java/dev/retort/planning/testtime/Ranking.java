package dev.retort.planning.testtime;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** The samples of a problem by score, in groups of equal ones, the highest first. */
final class Ranking {
    private final int[] sizes;
    private final int[] right;
    private final int samples;

    private Ranking(int[] sizes, int[] right) {
        this.sizes = sizes;
        this.right = right;
        this.samples = Arrays.stream(sizes).sum();
    }

    static Ranking of(List<Sample> samples) {
        List<Sample> sorted =
                samples.stream()
                        .sorted(Comparator.comparingDouble(Ranking::score).reversed())
                        .toList();
        int[] sizes = new int[sorted.size()];
        int[] right = new int[sorted.size()];
        int group = -1;
        double last = Double.NaN;
        for (Sample sample : sorted) {
            if (score(sample) != last) {
                group++;
                last = score(sample);
            }
            sizes[group]++;
            right[group] += sample.correct() ? 1 : 0;
        }
        return new Ranking(Arrays.copyOf(sizes, group + 1), Arrays.copyOf(right, group + 1));
    }

    private static double score(Sample sample) {
        return sample.score().orElseThrow();
    }

    /** The expected worth of the best-scored of k samples drawn without replacement, exactly. */
    double bestOf(int k) {
        double expected = 0;
        // The logarithm of the chance that nothing above the group is drawn.
        ExactSum missed = new ExactSum();
        int left = samples;
        for (int group = 0; group < sizes.length; group++) {
            double none =
                    left - sizes[group] < k
                            ? Double.NEGATIVE_INFINITY
                            : PassAtK.logMissed(left, sizes[group], k);
            double drawn = Math.exp(missed.value()) * -Math.expm1(none);
            expected += drawn * right[group] / sizes[group];
            if (none == Double.NEGATIVE_INFINITY) {
                break;
            }
            missed.add(none);
            left -= sizes[group];
        }
        return expected;
    }
}
