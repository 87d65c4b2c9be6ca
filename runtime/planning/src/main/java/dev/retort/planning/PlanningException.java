package dev.retort.planning;

import java.util.List;
import java.util.Objects;

/**
 * Data or settings that allow no answer. The message is one sentence that says what was expected
 * and what was found.
 */
public final class PlanningException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String reason;
    private final transient List<String> missing;

    /**
     * Bad input.
     *
     * @param message what was expected and what was found
     */
    public PlanningException(String message) {
        this(message, List.of());
    }

    /**
     * Data that do not suffice.
     *
     * @param message what was expected and what was found
     * @param missing what has to be added before there is an answer, one thing each
     */
    public PlanningException(String message, List<String> missing) {
        super(missing.isEmpty() ? message : message + "; missing: " + String.join(", ", missing));
        this.reason = message;
        this.missing = List.copyOf(missing);
    }

    /**
     * The same of a part of the data.
     *
     * @param part which part, such as {@code of the points on schedule}
     * @return an exception that says so before its sentence
     */
    public PlanningException within(String part) {
        PlanningException within = new PlanningException(part + ": " + reason, missing());
        within.initCause(this);
        return within;
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    /**
     * What has to be added before there is an answer.
     *
     * @return one thing each; empty if the input is wrong rather than too little
     */
    public List<String> missing() {
        return missing == null ? List.of() : missing;
    }

    /**
     * Requires a positive, finite number.
     *
     * @param what what the number is, such as {@code loss in nats}
     * @param value the number
     * @return the number
     * @throws PlanningException if it is another
     */
    public static double requirePositive(String what, double value) {
        if (!(value > 0 && Double.isFinite(value))) {
            throw new PlanningException(
                    "expected a positive, finite %s, found %s".formatted(what, value));
        }
        return value;
    }
}
