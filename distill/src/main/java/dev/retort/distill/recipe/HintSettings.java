package dev.retort.distill.recipe;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;

import dev.retort.distill.loss.feature.FeatureLossKind;
import dev.retort.distill.tap.Hint;

import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A {@link Hint} as plain values.
 *
 * @param kind the name of the loss between two layers
 * @param student the path of the student's layer; {@code null} for what its last layer is given
 * @param teacher the same for the teacher
 * @param weight the weight; {@code null} for the usual one
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record HintSettings(
        String kind, @Nullable String student, @Nullable String teacher, @Nullable Double weight) {
    /** Checks the values. */
    public HintSettings {
        requireNonNull(kind, "expected kind, found none");
        hint(kind, student, teacher, weight);
    }

    /**
     * The settings of a hint.
     *
     * @param hint the hint
     * @return the settings
     */
    public static HintSettings of(Hint hint) {
        return new HintSettings(
                hint.kind().label(),
                hint.student().orElse(null),
                hint.teacher().orElse(null),
                hint.weight().isPresent() ? hint.weight().getAsDouble() : null);
    }

    /**
     * The hint.
     *
     * @return what these are the settings of
     */
    public Hint hint() {
        return hint(kind, student, teacher, weight);
    }

    private static Hint hint(
            String kind,
            @Nullable String student,
            @Nullable String teacher,
            @Nullable Double weight) {
        return new Hint(
                FeatureLossKind.of(kind),
                Optional.ofNullable(student),
                Optional.ofNullable(teacher),
                weight == null ? OptionalDouble.empty() : OptionalDouble.of(weight));
    }
}
