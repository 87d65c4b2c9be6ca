package dev.retort.experiment.lab;

import dev.retort.experiment.RunState;
import dev.retort.experiment.event.Event.RunEnded;
import dev.retort.experiment.event.RecordedEvent;
import dev.retort.experiment.schedule.Scheduler;
import dev.retort.experiment.schedule.SchedulerOptions;
import dev.retort.experiment.state.LabState;
import dev.retort.experiment.store.EventStore;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Has what is queued done by a scheduler of this process. */
public final class Work {
    private Work() {}

    /**
     * Does what is queued until nothing is left that can be done. Blocks; other schedulers on the
     * store may do some of it. If the thread is interrupted, what works stops at a checkpoint, and
     * is killed if it does not within {@link SchedulerOptions#stopGrace}; it is queued again and
     * goes on from there.
     *
     * @param store where the runs are; stays open
     * @param options of the scheduler
     * @param whose the runs; what else is queued stays queued
     * @return what is left of them and why, a sentence each
     * @throws InterruptedException if the thread is interrupted, when all has stopped
     */
    public static List<String> untilIdle(
            EventStore store, SchedulerOptions options, RunFilter whose)
            throws InterruptedException {
        return untilIdle(store, options, whose, new CompletableFuture<>());
    }

    /**
     * The same that stops early, as if the thread were interrupted, once it is known to be in vain.
     *
     * @param vain whether it is; looked at before anything is done, and after each run that ends
     * @return what is left, as there; empty if it is in vain
     */
    static Optional<List<String>> unlessInVain(
            EventStore store, SchedulerOptions options, RunFilter whose, Predicate<LabState> vain)
            throws InterruptedException {
        CompletableFuture<Void> known = new CompletableFuture<>();
        Consumer<List<RecordedEvent>> listener =
                events -> {
                    boolean ended =
                            events.stream().anyMatch(each -> each.event() instanceof RunEnded);
                    if (ended && store.read(vain::test)) {
                        known.complete(null);
                    }
                };
        store.addListener(listener);
        try {
            if (store.read(vain::test)) {
                return Optional.empty();
            }
            List<String> left = untilIdle(store, options, whose, known);
            return known.isDone() ? Optional.empty() : Optional.of(left);
        } finally {
            store.removeListener(listener);
        }
    }

    private static List<String> untilIdle(
            EventStore store, SchedulerOptions options, RunFilter whose, CompletableFuture<?> end)
            throws InterruptedException {
        try (Scheduler scheduler = Scheduler.start(store, options.takingOnly(whose::fits))) {
            waitFor(CompletableFuture.anyOf(scheduler.idle(), end));
            return new Lab(store, scheduler.id())
                    .runs(whose.in(RunState.QUEUED)).stream()
                            .map(view -> view.run().id())
                            .map(run -> run + " waits: " + scheduler.why(run))
                            .toList();
        }
    }

    private static void waitFor(CompletableFuture<?> idle) throws InterruptedException {
        try {
            idle.get();
        } catch (ExecutionException e) {
            throw new AssertionError("nobody else closes the scheduler", e);
        }
    }
}
