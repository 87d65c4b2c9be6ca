package dev.retort.examples;

import dev.retort.distill.loss.LogitLossKind;
import dev.retort.distill.loss.Objective;
import dev.retort.distill.loss.feature.FeatureLossKind;
import dev.retort.distill.recipe.LossSettings;
import dev.retort.distill.recipe.Recipe;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/** The options of a command that choose the loss of a student. */
final class LossOptions {
    @Option(
            names = "--loss",
            paramLabel = "NAME",
            converter = Converter.class,
            completionCandidates = Names.class,
            description =
                    "Loss against the teacher's logits, one of ${COMPLETION-CANDIDATES}; default"
                            + " hinton. They are listed below.")
    private @Nullable LogitLossKind loss;

    @Option(
            names = "--temperature",
            paramLabel = "T",
            description = "Temperature of the soft labels; default that of the loss, 4 for hinton.")
    private @Nullable Double temperature;

    @Option(
            names = "--weight",
            paramLabel = "W",
            description =
                    "Share of the loss against the teacher, from 0 to 1; the labels get the rest."
                            + " Default the two weights of the loss, listed below; those a recipe names"
                            + " itself, softWeight and hardWeight, and they need not sum to 1.")
    private @Nullable Double weight;

    @Option(
            names = "--loss-option",
            paramLabel = "NAME=VALUE",
            split = ",",
            description =
                    "A setting of the loss that is listed below, such as beta=2; repeat it for others.")
    private Map<String, Double> settings = Map.of();

    @Option(
            names = "--standardise",
            description =
                    "Give the loss standardised logits (Sun et al. 2024); with hinton temperature 2"
                            + " and weights 9 and 0.1 are the default then.")
    private boolean standardise;

    /**
     * Changes what the options name. Another loss comes with its usual values.
     *
     * @throws IllegalArgumentException if a value is out of range or the loss has no such setting
     */
    void apply(Recipe.Builder builder) {
        Objective objective =
                loss == null ? builder.build().loss().objective() : Objective.of(loss);
        objective = objective.withSettings(settings);
        objective = standardise ? objective.withStandardisedLogits() : objective;
        objective = temperature == null ? objective : objective.withTemperature(temperature);
        objective = weight == null ? objective : objective.withSoftWeight(weight);
        builder.loss(LossSettings.of(objective));
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
