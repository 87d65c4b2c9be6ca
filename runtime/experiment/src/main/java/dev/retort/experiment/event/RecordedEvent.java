package dev.retort.experiment.event;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/**
 * An event with its place in the log. Immutable.
 *
 * @param seq its number, from 1, without gaps
 * @param batch the number of the first event that was recorded in one step with it
 * @param wallMillis when, by the clock of the process that recorded it, in milliseconds since 1970;
 *     it may jump
 * @param monotonicNanos a clock of that process that does not jump, of arbitrary origin
 * @param actor who did it
 * @param key the idempotency key of the batch, at its first event; {@code null} if it has none
 * @param event what happened
 * @param hash the SHA-256 of all that and of the hash of the event before, as 64 hexadecimal digits
 */
public record RecordedEvent(
        long seq,
        long batch,
        long wallMillis,
        long monotonicNanos,
        String actor,
        @Nullable String key,
        Event event,
        String hash) {
    /** Checks the components. */
    public RecordedEvent {
        Objects.requireNonNull(actor, "actor is null");
        Objects.requireNonNull(event, "event is null");
        Objects.requireNonNull(hash, "hash is null");
    }
}
