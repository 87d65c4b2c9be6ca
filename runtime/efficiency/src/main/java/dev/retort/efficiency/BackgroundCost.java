package dev.retort.efficiency;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** How long the background thread has worked for a meter. Thread-safe. */
final class BackgroundCost {
    private final AtomicLong nanos = new AtomicLong();

    void time(Runnable tick) {
        long begun = System.nanoTime();
        try {
            tick.run();
        } finally {
            nanos.addAndGet(System.nanoTime() - begun);
        }
    }

    /** The time so far, but for the tick that is under way. */
    Duration spent() {
        return Duration.ofNanos(nanos.get());
    }
}
