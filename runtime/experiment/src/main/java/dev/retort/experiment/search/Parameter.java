package dev.retort.experiment.search;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

import org.hipparchus.util.FastMath;

import java.util.HashSet;
import java.util.List;

/**
 * A parameter that is searched. Each maps the unit interval onto its values, so that equal lengths
 * are equally probable a priori.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Parameter.Continuous.class, name = "CONTINUOUS"),
    @JsonSubTypes.Type(value = Parameter.Whole.class, name = "WHOLE"),
    @JsonSubTypes.Type(value = Parameter.Categorical.class, name = "CATEGORICAL")
})
public sealed interface Parameter {
    /** How values are spread. */
    enum Scale {
        /** Evenly. */
        LINEAR,
        /** Evenly in the logarithm. */
        LOG
    }

    /**
     * The name.
     *
     * @return the name, unique in its space
     */
    String name();

    /**
     * The setting at a coordinate.
     *
     * @param unit the coordinate, from 0 to 1
     * @return the setting
     */
    Setting at(double unit);

    /**
     * A coordinate that gives the setting.
     *
     * @param setting a setting of this parameter
     * @return the coordinate, from 0 to 1
     * @throws IllegalArgumentException if it is not one of this parameter
     */
    double coordinate(Setting setting);

    /**
     * A real parameter.
     *
     * @param name the name
     * @param low the smallest value; above 0 on the scale {@link Scale#LOG}
     * @param high the largest value, above {@code low}
     * @param scale how values are spread
     */
    record Continuous(String name, double low, double high, Scale scale) implements Parameter {
        /** Checks the range. */
        public Continuous {
            if (!(low < high) || Double.isInfinite(high - low)) {
                throw new IllegalArgumentException(
                        "expected a range of '%s' from low to high, found %s to %s"
                                .formatted(name, low, high));
            }
            if (scale == Scale.LOG && !(low > 0)) {
                throw new IllegalArgumentException(
                        "expected a range of '%s' above 0 for a logarithmic scale, found %s to %s"
                                .formatted(name, low, high));
            }
        }

        @Override
        public Setting at(double unit) {
            double value =
                    scale == Scale.LINEAR
                            ? low + unit * (high - low)
                            : low * FastMath.exp(unit * FastMath.log(high / low));
            return new Setting.Real(FastMath.max(low, FastMath.min(high, value)));
        }

        @Override
        public double coordinate(Setting setting) {
            if (setting instanceof Setting.Real(double value) && low <= value && value <= high) {
                return scale == Scale.LINEAR
                        ? (value - low) / (high - low)
                        : FastMath.log(value / low) / FastMath.log(high / low);
            }
            throw unknown(this, setting);
        }
    }

    /**
     * An integer parameter.
     *
     * @param name the name
     * @param low the smallest value; at least 1 on the scale {@link Scale#LOG}
     * @param high the largest value, at least {@code low} and at most 2^53 above it
     * @param scale how values are spread
     */
    record Whole(String name, long low, long high, Scale scale) implements Parameter {
        /** Checks the range. */
        public Whole {
            if (low > high || high - low < 0 || high - low >= 1L << 53) {
                throw new IllegalArgumentException(
                        "expected a range of '%s' from low to high, found %d to %d"
                                .formatted(name, low, high));
            }
            if (scale == Scale.LOG && low < 1) {
                throw new IllegalArgumentException(
                        "expected a range of '%s' from 1 for a logarithmic scale, found %d to %d"
                                .formatted(name, low, high));
            }
        }

        long count() {
            return high - low + 1;
        }

        @Override
        public Setting at(double unit) {
            long value;
            if (scale == Scale.LINEAR) {
                value = low + (long) (unit * count());
            } else {
                // Each integer has the width of its rounding interval in the logarithm.
                double from = low - 0.5;
                double span = FastMath.log((high + 0.5) / from);
                value = FastMath.round(from * FastMath.exp(unit * span));
            }
            return new Setting.Whole(FastMath.max(low, FastMath.min(high, value)));
        }

        @Override
        public double coordinate(Setting setting) {
            if (setting instanceof Setting.Whole(long value) && low <= value && value <= high) {
                double from = low - 0.5;
                return scale == Scale.LINEAR
                        ? (value - low + 0.5) / count()
                        : FastMath.log(value / from) / FastMath.log((high + 0.5) / from);
            }
            throw unknown(this, setting);
        }
    }

    /**
     * A choice among values without an order.
     *
     * @param name the name
     * @param choices the choices, each once: strings, booleans and finite numbers
     */
    record Categorical(String name, List<?> choices) implements Parameter {
        /** Checks the choices; whole numbers become {@code Long}, others {@code Double}. */
        public Categorical {
            choices = choices.stream().map(Categorical::normalised).toList();
            if (choices.isEmpty() || new HashSet<>(choices).size() < choices.size()) {
                throw new IllegalArgumentException(
                        "expected choices of '%s' that differ, found %s".formatted(name, choices));
            }
        }

        @Override
        public Setting at(double unit) {
            int index = (int) (unit * choices.size());
            return new Setting.Choice(choices.get(FastMath.min(index, choices.size() - 1)));
        }

        @Override
        public double coordinate(Setting setting) {
            if (setting instanceof Setting.Choice(Object value) && choices.contains(value)) {
                return (choices.indexOf(value) + 0.5) / choices.size();
            }
            throw unknown(this, setting);
        }

        /** A value as an arm has it. */
        static Object normalised(Object choice) {
            return switch (choice) {
                case String text -> text;
                case Boolean flag -> flag;
                case Integer number -> number.longValue();
                case Long number -> number;
                // By its text, so that 0.1f becomes 0.1.
                case Float number when Float.isFinite(number) -> Double.valueOf(number.toString());
                case Double number when Double.isFinite(number) -> number;
                default ->
                        throw new IllegalArgumentException(
                                "expected values that are strings, booleans or finite numbers,"
                                        + " found "
                                        + choice);
            };
        }
    }

    private static IllegalArgumentException unknown(Parameter parameter, Setting setting) {
        return new IllegalArgumentException(
                "expected a setting of %s, found %s".formatted(parameter, setting));
    }
}
