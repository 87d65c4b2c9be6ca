package dev.retort.distill.recipe;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;

import dev.retort.distill.loss.LogitLossKind;
import dev.retort.distill.loss.Objective;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.StringJoiner;

/**
 * An {@link Objective} as plain values. What a file leaves out is as the authors of the loss have
 * it.
 *
 * @param kind the name of the loss against the teacher
 * @param temperature its temperature
 * @param hardWeight weight of the labels
 * @param softWeight weight of the loss against the teacher
 * @param standardised whether that loss sees standardised logits
 * @param settings its other settings, or those of them that are unusual
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LossSettings(
        String kind,
        @Nullable Double temperature,
        @Nullable Double hardWeight,
        @Nullable Double softWeight,
        @Nullable Boolean standardised,
        @Nullable Map<String, Double> settings) {
    /** Checks the values. */
    public LossSettings {
        requireNonNull(kind, "expected kind, found none");
        objective(kind, temperature, hardWeight, softWeight, standardised, settings);
    }

    /**
     * The settings of an objective, all of them.
     *
     * @param objective the objective
     * @return the settings
     */
    public static LossSettings of(Objective objective) {
        return new LossSettings(
                objective.kind().label(),
                objective.temperature().isPresent() ? objective.temperature().getAsDouble() : null,
                decimal(objective.hardWeight()),
                objective.softWeight(),
                objective.standardised(),
                objective.settings());
    }

    /**
     * The objective.
     *
     * @return what these are the settings of
     */
    public Objective objective() {
        return objective(kind, temperature, hardWeight, softWeight, standardised, settings);
    }

    private static Objective objective(
            String kind,
            @Nullable Double temperature,
            @Nullable Double hardWeight,
            @Nullable Double softWeight,
            @Nullable Boolean standardised,
            @Nullable Map<String, Double> settings) {
        Objective usual = Objective.of(LogitLossKind.of(kind));
        usual = settings == null ? usual : usual.withSettings(settings);
        usual = Boolean.TRUE.equals(standardised) ? usual.withStandardisedLogits() : usual;
        usual = temperature == null ? usual : usual.withTemperature(temperature);
        return new Objective(
                usual.kind(),
                usual.temperature(),
                hardWeight == null ? usual.hardWeight() : hardWeight,
                softWeight == null ? usual.softWeight() : softWeight,
                usual.standardised(),
                usual.settings());
    }

    /**
     * The loss with all its settings, as part of a sentence.
     *
     * @return a few words
     */
    public String words() {
        Objective objective = objective();
        StringJoiner words = new StringJoiner(", ");
        words.add(objective.kind().description());
        if (objective.standardised()) {
            words.add("on standardised logits (Sun et al. 2024)");
        }
        objective.temperature().ifPresent(value -> words.add("temperature " + value));
        objective
                .settings()
                .forEach(
                        (name, value) -> {
                            if (value != 0 || !name.equals(LogitLossKind.WARM_UP)) {
                                words.add(name + " " + value);
                            }
                        });
        words.add("weight " + objective.softWeight());
        return words + "; weight of the labels " + decimal(objective.hardWeight());
    }

    /** 0.1 and not 0.09999999999999998, which is 1 - 0.9. */
    private static double decimal(double value) {
        return Math.round(value * 1e12) / 1e12;
    }
}
