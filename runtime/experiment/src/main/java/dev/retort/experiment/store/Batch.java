package dev.retort.experiment.store;

import dev.retort.experiment.event.Event;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;

/**
 * Events that are recorded together or not at all. Immutable.
 *
 * @param actor who does it, such as a user or a scheduler
 * @param key an idempotency key: of two batches with one key the first is recorded, and the second
 *     gets its receipt; {@code null} for none
 * @param events what happened, at least one event
 */
public record Batch(String actor, @Nullable String key, List<Event> events) {
    /** Checks and copies the components. */
    public Batch {
        Objects.requireNonNull(actor, "actor is null");
        events = List.copyOf(events);
        if (events.isEmpty()) {
            throw new IllegalArgumentException("a batch has no event: expected at least one");
        }
    }

    /** A batch without a key. */
    public static Batch of(String actor, Event... events) {
        return new Batch(actor, null, List.of(events));
    }
}
