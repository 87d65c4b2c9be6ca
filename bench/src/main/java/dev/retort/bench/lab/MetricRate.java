package dev.retort.bench.lab;

import dev.retort.experiment.metric.MetricFile;
import dev.retort.experiment.metric.MetricWriter;

import org.HdrHistogram.Histogram;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * How many metric points a second reach the disk, and how long a training step is held that records
 * points at a rate that is given.
 *
 * <p>Run: {@code java -cp bench/target/benchmarks.jar dev.retort.bench.lab.MetricRate}
 */
public final class MetricRate {
    private static final int POINTS = 10_000_000;
    private static final int PER_STEP = 20;
    private static final int STEPS_PER_SECOND = 12_500;
    private static final int SECONDS = 20;

    private MetricRate() {}

    /**
     * Measures.
     *
     * @param arguments none
     * @throws IOException if the files cannot be written
     */
    public static void main(String[] arguments) throws IOException {
        rate(POINTS / 10);
        System.out.printf(
                Locale.ROOT, "as fast as the disk takes them: %.0f points/s%n", rate(POINTS));
        paced();
    }

    /** Points a second, with those waited for that do not fit at once. */
    private static double rate(int points) throws IOException {
        Path file = file();
        try {
            long begin = System.nanoTime();
            try (MetricWriter writer = MetricWriter.open(file)) {
                MetricWriter.Series series = writer.series("loss");
                for (int i = 0; i < points; i++) {
                    while (!series.record(i, 1.0 / i)) {
                        Thread.onSpinWait();
                    }
                }
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            int read = MetricFile.read(file).points().size();
            if (read != points) {
                throw new IllegalStateException(read + " of " + points + " points are there");
            }
            return points / seconds;
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static void paced() throws IOException {
        Path file = file();
        Histogram held = new Histogram(3);
        MetricWriter.Sealed sealed;
        try (MetricWriter writer = MetricWriter.open(file)) {
            MetricWriter.Series[] series = new MetricWriter.Series[PER_STEP];
            for (int i = 0; i < PER_STEP; i++) {
                series[i] = writer.series("metric-" + i);
            }
            long begin = System.nanoTime();
            int steps = STEPS_PER_SECOND * SECONDS;
            for (int step = 0; step < steps; step++) {
                long due = begin + step * 1_000_000_000L / STEPS_PER_SECOND;
                while (System.nanoTime() < due) {
                    Thread.onSpinWait();
                }
                long before = System.nanoTime();
                for (MetricWriter.Series one : series) {
                    one.record(step, (double) before);
                }
                held.recordValue(System.nanoTime() - before);
            }
            sealed = writer.seal();
        } finally {
            Files.deleteIfExists(file);
        }
        System.out.printf(
                Locale.ROOT,
                "at %d points/s: %d points each step hold it %.1f µs in the median, %.1f µs at"
                        + " p99.9, %.1f µs at most; %d of %d points left out%n",
                STEPS_PER_SECOND * PER_STEP,
                PER_STEP,
                held.getValueAtPercentile(50) / 1e3,
                held.getValueAtPercentile(99.9) / 1e3,
                held.getMaxValue() / 1e3,
                sealed.dropped(),
                sealed.dropped() + sealed.points());
    }

    private static Path file() throws IOException {
        Path file = Files.createTempFile(Path.of(""), "points", "");
        Files.delete(file);
        return file;
    }
}
