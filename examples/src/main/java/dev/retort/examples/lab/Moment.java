package dev.retort.examples.lab;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A time as an option takes it: one of the day, or how long ago. */
final class Moment implements ITypeConverter<Instant> {
    /** Times of a log are counted in nanoseconds, which do not reach further than 2262. */
    private static final Instant LATEST = Instant.parse("2200-01-01T00:00:00Z");

    private static final Pattern AGO = Pattern.compile("(\\d{1,6})([smhd])");

    @Override
    public Instant convert(String value) {
        Instant moment = read(value);
        if (moment.isBefore(Instant.EPOCH) || moment.isAfter(LATEST)) {
            throw new TypeConversionException(
                    "expected a time from 1970 to 2200, found " + value + ", which is " + moment);
        }
        return moment;
    }

    private static Instant read(String value) {
        Matcher ago = AGO.matcher(value);
        if (ago.matches()) {
            long count = Long.parseLong(ago.group(1));
            Duration back =
                    switch (ago.group(2)) {
                        case "s" -> Duration.ofSeconds(count);
                        case "m" -> Duration.ofMinutes(count);
                        case "h" -> Duration.ofHours(count);
                        default -> Duration.ofDays(count);
                    };
            return Instant.now().minus(back);
        }
        try {
            return Instant.parse(value);
        } catch (DateTimeParseException e) {
            throw new TypeConversionException(
                    "expected a time such as 2026-01-31T12:00:00Z, or how long ago such as 7d or"
                            + " 12h, found "
                            + value);
        }
    }
}
