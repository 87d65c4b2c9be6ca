package dev.retort.efficiency.figures;

import dev.retort.device.sampling.Samples;

import java.util.OptionalDouble;

/** The value of a series at moments that are asked for in order. */
final class Cursor {
    private final Samples samples;
    private int next;
    private OptionalDouble found = OptionalDouble.empty();

    Cursor(Samples samples) {
        this.samples = samples;
    }

    /**
     * The value at a moment, which is not before the last one: of the newest sample that is not
     * after it, or else of the next; empty where no sample has a value.
     */
    OptionalDouble at(long nanoTime) {
        while (next < samples.size()
                && (found.isEmpty() || samples.nanoTime(next) - nanoTime <= 0)) {
            OptionalDouble value = samples.value(next++);
            found = value.isPresent() ? value : found;
        }
        return found;
    }
}
