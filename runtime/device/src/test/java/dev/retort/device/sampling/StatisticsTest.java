package dev.retort.device.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.stream.DoubleStream;

class StatisticsTest {
    private static Statistics of(long[] times, double... values) {
        return Statistics.of(times, values).orElseThrow();
    }

    @Test
    void theMeanIsOverTimeAndNotOverSamples() {
        Statistics statistics = of(new long[] {0, 10, 20, 120}, 0, 0, 100, 100);
        assertEquals((0 * 10 + 50 * 10 + 100 * 100) / 120.0, statistics.mean(), 1e-12);
        assertEquals(4, statistics.count());
        assertEquals(0, statistics.min());
        assertEquals(100, statistics.max());
        assertEquals(0, statistics.median());
        assertEquals(100, statistics.p95());
    }

    @Test
    void nothingIsAssumedOfTimeWithoutValues() {
        double none = Double.NaN;
        Statistics statistics = of(new long[] {0, 10, 1000, 1010, 1020}, 4, 4, none, 8, 8);
        assertEquals(6, statistics.mean(), 1e-12);
        assertEquals(1, statistics.absent());
        assertEquals(5, of(new long[] {0, 1, 2}, 3, none, 7).mean(), 1e-12, "no neighbours");
        assertEquals(Optional.empty(), Statistics.of(new long[] {0}, new double[] {none}));
    }

    /** Against sums in 40 digits and order by sorting. */
    @Test
    void agreesWithADirectComputation() {
        Random random = new Random(17);
        for (int round = 0; round < 300; round++) {
            int size = 1 + random.nextInt(60);
            long[] times = new long[size];
            double[] values = new double[size];
            long now = random.nextLong(1_000_000);
            for (int i = 0; i < size; i++) {
                now += 1 + random.nextLong(1_000_000_000);
                times[i] = now;
                values[i] = random.nextInt(4) == 0 ? Double.NaN : random.nextGaussian() * 1e6;
            }
            double[] known = DoubleStream.of(values).filter(v -> !Double.isNaN(v)).toArray();
            Optional<Statistics> statistics = Statistics.of(times, values);
            assertEquals(known.length > 0, statistics.isPresent());
            if (known.length > 0) {
                assertEquals(mean(times, values, known), statistics.get().mean(), 1e-4);
                Arrays.sort(known);
                assertEquals(known[0], statistics.get().min());
                assertEquals(known[(known.length + 1) / 2 - 1], statistics.get().median());
                assertEquals(
                        known[(int) Math.ceil(0.95 * known.length) - 1], statistics.get().p95());
            }
        }
    }

    private static double mean(long[] times, double[] values, double[] known) {
        BigDecimal area = BigDecimal.ZERO;
        long covered = 0;
        for (int i = 0; i + 1 < values.length; i++) {
            if (!Double.isNaN(values[i] + values[i + 1])) {
                long nanos = times[i + 1] - times[i];
                area =
                        area.add(
                                new BigDecimal(values[i])
                                        .add(new BigDecimal(values[i + 1]))
                                        .multiply(BigDecimal.valueOf(nanos)));
                covered += nanos;
            }
        }
        if (covered == 0) {
            return Arrays.stream(known).average().orElseThrow();
        }
        return area.divide(BigDecimal.valueOf(2 * covered), new MathContext(40)).doubleValue();
    }
}
