package dev.retort.examples;

import dev.retort.efficiency.report.Numbers;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

import java.time.Duration;

/** A number of seconds, as an option takes it. */
public final class Seconds implements ITypeConverter<Duration> {
    private static final double SHORTEST = 0.1;
    private static final double LONGEST = 60;

    /**
     * A duration as it is shown.
     *
     * @param duration the duration
     */
    public static String written(Duration duration) {
        return Numbers.time(duration.toNanos() * 1e-9);
    }

    @Override
    public Duration convert(String value) {
        double seconds;
        try {
            seconds = Double.parseDouble(value);
        } catch (NumberFormatException _) {
            seconds = Double.NaN;
        }
        if (!(seconds >= SHORTEST && seconds <= LONGEST)) {
            throw new TypeConversionException(
                    "expected from %s to %s seconds, found %s".formatted(SHORTEST, LONGEST, value));
        }
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }
}
