package dev.retort.experiment.schedule;

import dev.retort.experiment.event.Event;
import dev.retort.experiment.packing.Weighing;

import org.jspecify.annotations.Nullable;

/**
 * What is known of an attempt that ended, beside its result.
 *
 * @param measured what it held, or {@code null} if it did not say
 * @param shared with whom it shared its device when it ended, or {@code null}
 * @param chargedMillis what of its time is charged, or {@code null} for all
 */
record Ending(@Nullable Event measured, @Nullable Weighing shared, @Nullable Long chargedMillis) {
    /**
     * Of one that nobody watched.
     *
     * @param elapsedMillis how long it held its devices
     * @param sharers how many had them, itself among them: they are charged alike
     */
    static Ending unwatched(long elapsedMillis, int sharers) {
        return new Ending(null, null, sharers == 1 ? null : elapsedMillis / sharers);
    }
}
