package dev.retort.efficiency.report;

import dev.retort.efficiency.report.LineChart.Tick;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/** Even values to write at an axis. */
final class TimeTicks {
    /** Steps of a clock, in seconds, above those of tens. */
    private static final double[] CLOCK = {
        1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400
    };

    private static final int WANTED = 6;

    private TimeTicks() {}

    /** Multiples of 1, 2 or 5 times a power of ten, about as many as wanted. */
    static double[] even(double from, double to, int wanted) {
        double rough = (to - from) / wanted;
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double step =
                DoubleStream.of(1, 2, 5, 10)
                        .map(multiple -> multiple * power)
                        .filter(candidate -> candidate >= rough)
                        .findFirst()
                        .orElse(10 * power);
        return multiples(from, to, step);
    }

    /** Times of the clock over an axis that begins and ends at the given seconds. */
    static List<Tick> of(double from, double to) {
        if (!(to > from)) {
            return List.of();
        }
        double rough = (to - from) / WANTED;
        double[] times =
                rough < CLOCK[0] || rough > CLOCK[CLOCK.length - 1]
                        ? even(from, to, WANTED)
                        : multiples(
                                from,
                                to,
                                DoubleStream.of(CLOCK)
                                        .filter(step -> step >= rough)
                                        .findFirst()
                                        .orElseThrow());
        List<Tick> ticks = new ArrayList<>();
        for (double time : times) {
            ticks.add(new Tick((time - from) / (to - from), written(time, times)));
        }
        return ticks;
    }

    private static double[] multiples(double from, double to, double step) {
        long first = (long) Math.ceil(from / step - 1e-9);
        long last = (long) Math.floor(to / step + 1e-9);
        return LongStream.rangeClosed(first, last).mapToDouble(i -> i * step).toArray();
    }

    /** All of an axis in one unit, so that they can be compared, and fine enough to tell apart. */
    private static String written(double seconds, double[] all) {
        double last = all[all.length - 1];
        double step = all.length > 1 ? all[1] - all[0] : last;
        if (last < 1) {
            return LineChart.plain(seconds * 1e3) + " ms";
        }
        if (last < 120 || step < 1) {
            return LineChart.plain(seconds) + " s";
        }
        long whole = Math.round(seconds);
        if (last < 7200) {
            return String.format(Locale.ROOT, "%d:%02d min", whole / 60, whole % 60);
        }
        return step < 60
                ? String.format(
                        Locale.ROOT, "%d:%02d:%02d h", whole / 3600, whole / 60 % 60, whole % 60)
                : String.format(Locale.ROOT, "%d:%02d h", whole / 3600, whole / 60 % 60);
    }
}
