package dev.retort.efficiency.report;

import dev.retort.device.Reading;

import java.util.Locale;
import java.util.function.DoubleFunction;

/** Numbers as a person reads them. */
public final class Numbers {
    /** What stands in the place of a figure that is absent. */
    public static final String ABSENT = "—";

    private Numbers() {}

    /**
     * A share as a percentage. What is above zero never reads as zero.
     *
     * @param share from 0 to 1
     * @param decimals digits after the point
     * @return for example {@code 97.5 %} or {@code <0.1 %}
     */
    public static String percent(double share, int decimals) {
        double smallest = Math.pow(10, -decimals);
        if (share > 0 && 100 * share < smallest / 2) {
            return String.format(Locale.ROOT, "<%." + decimals + "f %%", smallest);
        }
        return String.format(Locale.ROOT, "%." + decimals + "f %%", 100 * share);
    }

    /**
     * A time span with the unit that fits.
     *
     * @param seconds the time
     * @return for example {@code 18.0 µs}, {@code 4.2 s} or {@code 3 min 05 s}
     */
    public static String time(double seconds) {
        if (seconds < 1e-9) {
            return "0 s";
        }
        // The bounds are what rounds to the next unit: 999.6 µs would read 1.00e+03 µs.
        if (seconds < 999.5e-6) {
            return String.format(Locale.ROOT, "%.3g µs", seconds * 1e6);
        }
        if (seconds < 0.9995) {
            return String.format(Locale.ROOT, "%.3g ms", seconds * 1e3);
        }
        if (seconds < 59.95) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        long whole = Math.round(seconds);
        return whole < 3600
                ? String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60)
                : String.format(Locale.ROOT, "%d h %02d min", whole / 3600, whole / 60 % 60);
    }

    /**
     * A number of bytes with a binary unit.
     *
     * @param bytes the bytes
     * @return for example {@code 4.7 KiB}
     */
    public static String bytes(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        String[] units = {"KiB", "MiB", "GiB", "TiB"};
        int unit = 0;
        double value = bytes / 1024.0;
        while (value >= 1023.5 && unit < units.length - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, value < 9.95 ? "%.1f %s" : "%.0f %s", value, units[unit]);
    }

    /**
     * A count with separators.
     *
     * @param count the count
     * @return for example {@code 1,797}
     */
    public static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /**
     * A figure in its unit, or a dash where it is absent.
     *
     * @param reading the figure
     * @param format formats its value
     * @return the formatted value
     */
    public static String figure(Reading reading, DoubleFunction<String> format) {
        return reading instanceof Reading.Measured measured
                ? format.apply(measured.value())
                : ABSENT;
    }

    /**
     * The most that fixing a bottleneck gains.
     *
     * @param gain how many times as fast, infinite if the bottleneck takes all the time
     * @return such as {@code at most 2.50x}
     */
    public static String gain(double gain) {
        return Double.isFinite(gain)
                ? String.format(Locale.ROOT, "at most %.2fx", gain)
                : "without bound";
    }
}
