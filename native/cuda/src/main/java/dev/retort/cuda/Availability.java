package dev.retort.cuda;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The answer to "is it there?": either the thing itself, or the reasons why it is absent.
 *
 * <p>Absence of a library, a device or a driver function is an expected state of a machine, so it
 * is a value and never an exception. Instances are immutable and may be shared between threads.
 *
 * @param <T> what is available
 */
public sealed interface Availability<T> {

    /**
     * The thing is there.
     *
     * @param value the thing
     * @param <T> its type
     */
    record Available<T>(T value) implements Availability<T> {
        /** Checks that there is a value. */
        public Available {
            Objects.requireNonNull(value, "value is null");
        }
    }

    /**
     * The thing is absent.
     *
     * @param reasons why, one sentence each, in the order in which they were found; never empty
     * @param <T> the type of the absent thing
     */
    record Unavailable<T>(List<String> reasons) implements Availability<T> {
        /** Copies the reasons and checks that there is at least one. */
        public Unavailable {
            reasons = List.copyOf(reasons);
            if (reasons.isEmpty()) {
                throw new IllegalArgumentException("absence needs a reason");
            }
        }

        /**
         * Absence for one reason.
         *
         * @param reason why
         */
        public Unavailable(String reason) {
            this(List.of(reason));
        }
    }

    /**
     * The thing, without the reasons for its absence.
     *
     * @return the value, or empty when it is absent
     */
    default Optional<T> optional() {
        return switch (this) {
            case Available<T>(T value) -> Optional.of(value);
            case Unavailable<T> _ -> Optional.empty();
        };
    }

    /**
     * Why the thing is absent.
     *
     * @return the reasons; empty when it is there
     */
    default List<String> absenceReasons() {
        return switch (this) {
            case Available<T> _ -> List.of();
            case Unavailable<T>(List<String> reasons) -> reasons;
        };
    }
}
