package dev.retort.examples.plan;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A time as an option takes it: 90d, 12h, 30m or 45s. */
final class TimeOption implements ITypeConverter<Duration> {
    private static final Pattern FORM = Pattern.compile("(\\d+(?:\\.\\d+)?)([dhms])");

    @Override
    public Duration convert(String value) {
        Matcher matcher = FORM.matcher(value.strip().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new TypeConversionException(
                    "expected a time such as 90d, 12h, 30m or 45s, found " + value);
        }
        double seconds =
                Double.parseDouble(matcher.group(1))
                        * switch (matcher.group(2)) {
                            case "d" -> 86_400;
                            case "h" -> 3600;
                            case "m" -> 60;
                            default -> 1;
                        };
        return Duration.ofMillis(Math.round(seconds * 1000));
    }
}
