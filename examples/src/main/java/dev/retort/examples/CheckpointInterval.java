package dev.retort.examples;

import picocli.CommandLine;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * From one checkpoint to the next.
 *
 * @param steps steps, or 0
 * @param time a time, or zero; with neither steps what saving costs decides
 */
record CheckpointInterval(long steps, Duration time) {
    static final CheckpointInterval BY_COST = new CheckpointInterval(0, Duration.ZERO);

    /** Reads 200, 30s, 5m or 1h. */
    static final class Converter implements CommandLine.ITypeConverter<CheckpointInterval> {
        private static final Pattern TEXT = Pattern.compile("([1-9]\\d{0,8})([smh]?)");

        @Override
        public CheckpointInterval convert(String value) {
            Matcher matcher = TEXT.matcher(value);
            if (!matcher.matches()) {
                throw new CommandLine.TypeConversionException(
                        "expected a number of steps, or of seconds, minutes or hours such as 30s,"
                                + " 5m or 1h, found "
                                + value);
            }
            long number = Long.parseLong(matcher.group(1));
            return switch (matcher.group(2)) {
                case "s" -> new CheckpointInterval(0, Duration.ofSeconds(number));
                case "m" -> new CheckpointInterval(0, Duration.ofMinutes(number));
                case "h" -> new CheckpointInterval(0, Duration.ofHours(number));
                default -> new CheckpointInterval(number, Duration.ZERO);
            };
        }
    }
}
