package dev.retort.experiment.schedule;

import dev.retort.experiment.store.EventStore;

import java.lang.System.Logger;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Runs what is queued in a store: by priority and age within a team, by fair share between teams,
 * within budgets, on the cores and devices it was given. Several schedulers may work on one store.
 * Nothing of it is lost when its process is killed: the next one on the store takes over the
 * attempts of one that is gone, from their last checkpoints, and late writes of those are refused.
 * Safe for use by several threads.
 */
public final class Scheduler implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Scheduler.class.getName());

    /** What is waited for at most, in times of the grace, if its thread waits for something. */
    private static final int MOST_GRACES = 5;

    private final SchedulerLoop loop;
    private final Duration stopGrace;
    private final Time time;
    private final Map<Long, CompletableFuture<?>> open = new ConcurrentHashMap<>();
    private final AtomicLong asked = new AtomicLong();
    private volatile boolean closed;
    private volatile boolean stopped;

    private Scheduler(SchedulerLoop loop, Duration stopGrace, Time time) {
        this.loop = loop;
        this.stopGrace = stopGrace;
        this.time = time;
    }

    /**
     * Starts a scheduler.
     *
     * @param store where runs are queued; it must stay open longer
     * @param options how it works
     * @throws dev.retort.experiment.store.StoreException if the store cannot be used
     */
    public static Scheduler start(EventStore store, SchedulerOptions options) {
        DeviceNames names = new DeviceNames(options.capacity());
        Launcher launcher =
                switch (options.execution()) {
                    case SchedulerOptions.ChildJvms children ->
                            new ChildJvmLauncher(children, new ProcessEnds(), names);
                    case SchedulerOptions.InProcess() -> new InProcessLauncher();
                };
        return start(store, options, launcher, new SystemTime(), new ThisMachine(names));
    }

    static Scheduler start(
            EventStore store,
            SchedulerOptions options,
            Launcher launcher,
            Time time,
            Machine machine) {
        SchedulerLoop loop = new SchedulerLoop(store, options, launcher, time, machine);
        try {
            loop.begin();
        } catch (RuntimeException | Error e) {
            time.stop();
            throw e;
        }
        return new Scheduler(loop, options.stopGrace(), time);
    }

    /** Its name in the store, of no other scheduler ever. */
    public String id() {
        return loop.id();
    }

    /**
     * Why a run is where it is: one sentence.
     *
     * @param run the name of the run
     * @throws IllegalArgumentException if there is no such run
     * @throws IllegalStateException if this scheduler is closed
     */
    public String why(String run) {
        requireOpen();
        CompletableFuture<String> answer = waiting(new CompletableFuture<>());
        time.execute(
                () -> {
                    try {
                        answer.complete(loop.why(run));
                    } catch (RuntimeException e) {
                        answer.completeExceptionally(e);
                    }
                });
        try {
            return answer.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /**
     * Completes when nothing is running and nothing that waits can go without something else
     * happening: runs that are held for a budget do not count. Completes exceptionally with an
     * {@link IllegalStateException} if the scheduler is closed before.
     *
     * @throws IllegalStateException if this scheduler is closed
     */
    public CompletableFuture<Void> idle() {
        requireOpen();
        CompletableFuture<Void> idle = waiting(new CompletableFuture<>());
        time.execute(() -> loop.whenIdle(idle));
        return idle;
    }

    /** Something that is answered by the thread of the loop, or when there is none any more. */
    private <T> CompletableFuture<T> waiting(CompletableFuture<T> future) {
        long number = asked.incrementAndGet();
        open.put(number, future);
        var _ = future.whenComplete((_, _) -> open.remove(number));
        if (stopped) {
            failOpen();
        }
        return future;
    }

    private void failOpen() {
        for (CompletableFuture<?> future : open.values()) {
            future.completeExceptionally(new IllegalStateException("the scheduler is closed"));
        }
    }

    /**
     * Admits nothing more, asks all attempts to stop at a checkpoint, kills those that do not in
     * time, queues them again, and ends. What does not end although it was killed is left after
     * three times {@link SchedulerOptions#stopGrace}, and if the scheduler itself waits for
     * something, after five times: that is said in the log, and who takes over the lease goes on.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        CompletableFuture<Void> ended = new CompletableFuture<>();
        time.execute(() -> loop.close(ended));
        if (!isOver(ended)) {
            LOG.log(
                    Logger.Level.WARNING,
                    "scheduler {0} is closed although it waits for something; it leaves the leases"
                            + " of {1}",
                    loop.id(),
                    loop.leases());
        }
        time.stop();
        stopped = true;
        failOpen();
    }

    private boolean isOver(CompletableFuture<Void> ended) {
        boolean interrupted = false;
        long end = System.nanoTime() + stopGrace.toNanos() * MOST_GRACES;
        try {
            while (true) {
                try {
                    ended.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
                    return true;
                } catch (TimeoutException _) {
                    return false;
                } catch (ExecutionException e) {
                    throw new AssertionError("it only ever completes", e);
                } catch (InterruptedException _) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the scheduler is closed");
        }
    }
}
