package dev.retort.bench;

import com.sun.management.OperatingSystemMXBean;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * What a comparison in pairs finds: two sides in turns, A B B A, in one process, so that what
 * disturbs the machine disturbs both. JMH adds such counters up over iterations and forks; {@link
 * PairedRun} prints them as they are meant.
 */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.EVENTS)
public class Comparison {
    /** The second side over the first, less one, in percent: the median over the groups. */
    public double differencePercent;

    /** The first side over itself, less one, in percent: what the comparison resolves. */
    public double noisePercent;

    /** One of the two sides. */
    interface Side {
        void run() throws Exception;
    }

    /** Compares the time of the second side with that of the first. */
    void compare(int groups, Side first, Side second) throws Exception {
        compare(groups, first, second, System::nanoTime);
    }

    /**
     * Compares the processor time of all threads of this process, which other work on the machine
     * lengthens far less than the time by the clock.
     */
    void compareProcessorTime(int groups, Side first, Side second) throws Exception {
        OperatingSystemMXBean system =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        compare(groups, first, second, system::getProcessCpuTime);
    }

    private void compare(int groups, Side first, Side second, LongSupplier clock) throws Exception {
        double[] differences = new double[groups];
        double[] noises = new double[groups];
        for (int group = 0; group < groups; group++) {
            long before = nanos(first, clock);
            long between = nanos(second, clock) + nanos(second, clock);
            long after = nanos(first, clock);
            differences[group] = 100 * ((double) between / (before + after) - 1);
            noises[group] = 100 * ((double) after / before - 1);
        }
        differencePercent = median(differences);
        noisePercent = median(noises);
    }

    private static long nanos(Side side, LongSupplier clock) throws Exception {
        long begin = clock.getAsLong();
        side.run();
        return clock.getAsLong() - begin;
    }

    static double median(double[] values) {
        Arrays.sort(values);
        int half = values.length / 2;
        return values.length % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
    }
}
