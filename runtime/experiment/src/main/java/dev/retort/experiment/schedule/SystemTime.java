package dev.retort.experiment.schedule;

import java.lang.System.Logger;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The clocks of the machine, one thread for actions and one for what takes long. */
final class SystemTime implements Time {
    private static final Logger LOG = System.getLogger(SystemTime.class.getName());

    private final ScheduledThreadPoolExecutor executor;

    /** It has no thread before it is needed. */
    private final ExecutorService slow =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("retort-scheduler-aside").factory());

    SystemTime() {
        executor =
                new ScheduledThreadPoolExecutor(
                        1, Thread.ofPlatform().daemon().name("retort-scheduler").factory());
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public void execute(Runnable action) {
        after(Duration.ZERO, action);
    }

    @Override
    public void after(Duration delay, Runnable action) {
        try {
            var _ = executor.schedule(() -> guarded(action), delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException _) {
            // It was stopped.
        }
    }

    @Override
    public void aside(Runnable action) {
        slow.execute(action);
    }

    @Override
    public void stop() {
        executor.shutdown();
        slow.shutdown();
    }

    private static void guarded(Runnable action) {
        try {
            action.run();
        } catch (Throwable e) {
            // Nobody else would hear of it, and the next action is to run all the same.
            LOG.log(Logger.Level.ERROR, "an action of the scheduler failed", e);
        }
    }
}
