package dev.retort.efficiency;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The one background thread of all meters of a JVM. It keeps no JVM from ending. */
final class Ticker {
    private static final ScheduledThreadPoolExecutor THREAD =
            new ScheduledThreadPoolExecutor(
                    1, task -> Thread.ofPlatform().daemon().name("retort-meter").unstarted(task));

    static {
        THREAD.setRemoveOnCancelPolicy(true);
    }

    private Ticker() {}

    /** Runs the task once per period until the returned future is cancelled. */
    static ScheduledFuture<?> every(Duration period, Runnable task) {
        long nanos = period.toNanos();
        return THREAD.scheduleAtFixedRate(task, nanos, nanos, TimeUnit.NANOSECONDS);
    }
}
