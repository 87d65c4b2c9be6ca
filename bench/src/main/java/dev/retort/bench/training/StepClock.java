package dev.retort.bench.training;

import java.time.Duration;
import java.util.Arrays;

/** Times single steps, as {@code bench/peers/torch_peer.py} does. */
final class StepClock {
    /** Steps of a measurement at least, however long each takes. */
    private static final int FEWEST = 5;

    private StepClock() {}

    /**
     * The median time of a step, after a warm-up as long as the measurement, as {@code compare.py}
     * gives Java: it compiles meanwhile.
     *
     * @param step what is timed
     * @param measurement how long
     * @return microseconds from the begin of a step until the device has done it
     */
    static double microseconds(WorkloadStep step, Duration measurement) {
        times(step, measurement);
        return median(times(step, measurement)) / 1000;
    }

    /** The times of single steps in nanoseconds, sorted. */
    private static double[] times(WorkloadStep step, Duration duration) {
        double[] times = new double[1024];
        int count = 0;
        long begin = System.nanoTime();
        long start = begin;
        while (count < FEWEST || start - begin < duration.toNanos()) {
            step.run();
            step.await();
            long end = System.nanoTime();
            if (count == times.length) {
                times = Arrays.copyOf(times, 2 * count);
            }
            times[count++] = end - start;
            start = System.nanoTime();
        }
        double[] all = Arrays.copyOf(times, count);
        Arrays.sort(all);
        return all;
    }

    /**
     * The median.
     *
     * @param sorted at least one value, in ascending order
     */
    static double median(double[] sorted) {
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
