package dev.retort.distill.tap;

import static java.util.Objects.requireNonNull;

import dev.retort.distill.loss.feature.FeatureLossKind;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a layer of the teacher is to tell a layer of the student. Immutable.
 *
 * <p>How their features are made comparable depends on what the loss {@linkplain
 * FeatureLossKind.Features compares}. For a loss of any features they stay as they are. For one of
 * maps the larger ones are averaged to the smaller height and width. For one of vectors, maps are
 * averaged over their places, and features of three axes over the second one, the tokens of (batch,
 * tokens, width). For one of features that are alike, maps are taken to a common size; of other
 * features those of equal shapes stay as they are, token by token, and those of different shapes
 * become vectors.
 *
 * @param kind the loss between them
 * @param student the path of the student's tap; empty for what its last layer is given
 * @param teacher the path of the teacher's tap; empty for what its last layer is given
 * @param weight the weight of the loss, at least 0; empty for the usual one
 */
public record Hint(
        FeatureLossKind kind,
        Optional<String> student,
        Optional<String> teacher,
        OptionalDouble weight) {
    private static final String LAST_INPUT = "input of the last layer";

    /** Checks the components. */
    public Hint {
        requireNonNull(kind, "kind is null");
        requireNonNull(student, "student is null");
        requireNonNull(teacher, "teacher is null");
        if (weight.isPresent()
                && !(weight.getAsDouble() >= 0 && Double.isFinite(weight.getAsDouble()))) {
            throw new IllegalArgumentException(
                    "expected a weight of %s of at least 0, found %s"
                            .formatted(kind.label(), weight.getAsDouble()));
        }
    }

    /**
     * A hint before the last layer, of the usual weight.
     *
     * @param kind the loss
     * @return the hint
     */
    public static Hint of(FeatureLossKind kind) {
        return new Hint(kind, Optional.empty(), Optional.empty(), OptionalDouble.empty());
    }

    /**
     * The hint in words.
     *
     * @return a few words
     */
    public String words() {
        return "%s, %s of the student against %s of the teacher, weight %s"
                .formatted(
                        kind.description(),
                        student.orElse(LAST_INPUT),
                        teacher.orElse(LAST_INPUT),
                        weight.orElse(kind.usualWeight()));
    }
}
