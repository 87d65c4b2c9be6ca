package dev.retort.examples;

import dev.retort.distill.loss.LogitLossKind;
import dev.retort.distill.loss.Objective;
import dev.retort.distill.loss.feature.FeatureLossKind;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/** The options of a command that choose the loss of a student. */
final class LossOptions {
    private LossOptions() {}

    /**
     * The objective that options ask for, with the usual values of the loss where they say nothing.
     *
     * @param loss the loss
     * @param standardise whether on standardised logits
     * @param temperature {@code --temperature}
     * @param weight {@code --weight}
     * @param settings {@code --loss-option}
     * @throws IllegalArgumentException if a value is out of range or the loss has no such setting
     */
    static Objective objective(
            LogitLossKind loss,
            boolean standardise,
            @Nullable Double temperature,
            @Nullable Double weight,
            Map<String, Double> settings) {
        Objective objective = Objective.of(loss).withSettings(settings);
        objective = standardise ? objective.withStandardisedLogits() : objective;
        objective = temperature == null ? objective : objective.withTemperature(temperature);
        return weight == null ? objective : objective.withSoftWeight(weight);
    }

    /** A line for each loss with the values it has by default. */
    static List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (LogitLossKind kind : LogitLossKind.values()) {
            StringJoiner values = new StringJoiner(", ");
            kind.temperature().ifPresent(value -> values.add("temperature " + number(value)));
            values.add(
                    "weights %s and %s"
                            .formatted(number(kind.softWeight()), number(kind.hardWeight())));
            kind.settings()
                    .forEach(
                            (name, value) -> {
                                if (value != 0) {
                                    values.add(name + "=" + number(value));
                                }
                            });
            lines.add("  %-12s%s".formatted(kind.label(), kind.description()));
            lines.add("  %-12s%s".formatted("", values));
        }
        lines.add(
                "The weights are those of the loss and of the labels. Every loss has the setting");
        lines.add("warm-up, the share of the steps in which its weight rises; usually 0.");
        return lines;
    }

    private static String number(double value) {
        String text = String.format(Locale.ROOT, "%.3f", value);
        return text.replaceAll("\\.?0+$", "");
    }

    /** Reads the name a user types, in any case. */
    static final class Converter implements CommandLine.ITypeConverter<LogitLossKind> {
        @Override
        public LogitLossKind convert(String value) {
            try {
                return LogitLossKind.of(value);
            } catch (IllegalArgumentException e) {
                throw new CommandLine.TypeConversionException(e.getMessage());
            }
        }
    }

    /** The names for the help text. */
    static final class Names extends ArrayList<String> {
        private static final long serialVersionUID = 1L;

        Names() {
            for (LogitLossKind kind : LogitLossKind.values()) {
                add(kind.label());
            }
        }
    }

    /** Reads the name a user types, in any case. */
    static final class FeatureConverter implements CommandLine.ITypeConverter<FeatureLossKind> {
        @Override
        public FeatureLossKind convert(String value) {
            try {
                return FeatureLossKind.of(value);
            } catch (IllegalArgumentException e) {
                throw new CommandLine.TypeConversionException(e.getMessage());
            }
        }
    }

    /** The names for the help text. */
    static final class FeatureNames extends ArrayList<String> {
        private static final long serialVersionUID = 1L;

        FeatureNames() {
            for (FeatureLossKind kind : FeatureLossKind.values()) {
                add(kind.label());
            }
        }
    }
}
