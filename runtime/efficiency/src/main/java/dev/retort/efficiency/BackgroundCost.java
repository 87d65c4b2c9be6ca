package dev.retort.efficiency;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How long the background thread has worked for a meter, in time of a processor: what it waits for
 * one on a busy machine costs the run nothing. Thread-safe.
 */
final class BackgroundCost {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final AtomicLong nanos = new AtomicLong();

    void time(Runnable tick) {
        long begun = now();
        try {
            tick.run();
        } finally {
            nanos.addAndGet(now() - begun);
        }
    }

    /** The JVM tells the processor time of platform threads alone. */
    private static long now() {
        return THREADS.isCurrentThreadCpuTimeSupported() && !Thread.currentThread().isVirtual()
                ? THREADS.getCurrentThreadCpuTime()
                : System.nanoTime();
    }

    /** The time so far, but for the tick that is under way. */
    Duration spent() {
        return Duration.ofNanos(nanos.get());
    }
}
