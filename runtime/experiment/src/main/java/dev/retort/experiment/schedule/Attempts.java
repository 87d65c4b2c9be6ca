package dev.retort.experiment.schedule;

import dev.retort.experiment.CauseOfEnd;
import dev.retort.experiment.Checkpoint;
import dev.retort.experiment.Run;
import dev.retort.experiment.event.Event;
import dev.retort.experiment.event.Event.AttemptStarted;
import dev.retort.experiment.event.Event.AttemptStepped;
import dev.retort.experiment.event.Event.CheckpointCommitted;
import dev.retort.experiment.event.Event.RunReported;
import dev.retort.experiment.event.Event.StopRequested;
import dev.retort.experiment.state.FencedException;
import dev.retort.experiment.state.LabState;
import dev.retort.experiment.state.RefusedException;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.store.EventStore;
import dev.retort.experiment.store.StoreException;
import dev.retort.experiment.worker.Assignment;
import dev.retort.experiment.worker.AttemptResult;
import dev.retort.experiment.worker.EpochReport;
import dev.retort.experiment.worker.Use;

import org.jspecify.annotations.Nullable;

import java.lang.System.Logger;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The attempts of a scheduler, from the lease to what follows their end. */
final class Attempts {
    private static final Logger LOG = System.getLogger(Attempts.class.getName());
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final int MOST_HALVINGS = 16;

    private final SchedulerLoop loop;
    private final Outbox outbox;
    private final EventStore store;
    private final SchedulerOptions options;
    private final Launcher launcher;
    private final Time time;
    private final FollowUp followUp;
    private final Searches searches;

    Attempts(
            SchedulerLoop loop,
            Outbox outbox,
            EventStore store,
            SchedulerOptions options,
            Launcher launcher,
            Searches searches,
            Acts acts,
            Time time) {
        this.loop = loop;
        this.outbox = outbox;
        this.store = store;
        this.options = options;
        this.launcher = launcher;
        this.time = time;
        this.searches = searches;
        this.followUp = new FollowUp(options.retries(), acts);
    }

    /** Sets an attempt to work whose lease is on disk; if that fails, it ends. */
    void launch(Running attempt) {
        RunView view = view(attempt);
        if (!store.read(attempt::isOpenIn)) {
            // It took so long to hear of the admission that others took it over.
            loop.forget(attempt);
            return;
        }
        try {
            attempt.launched =
                    launcher.launch(assignment(attempt, view), new AttemptListener(attempt));
        } catch (RuntimeException | Error e) {
            // Such as where the machine has no room for a further thread.
            ended(attempt, AttemptResult.of(CauseOfEnd.NOT_STARTED, "it cannot be started: " + e));
            return;
        }
        if (view.stop() != null || loop.isClosing()) {
            stop(attempt);
        }
    }

    private Assignment assignment(Running attempt, RunView view) {
        Run run = view.run();
        return store.read(
                state ->
                        new Assignment(
                                run.id(),
                                state.armOf(view),
                                run.seed(),
                                view.attempts().size(),
                                attempt.token,
                                attempt.devices,
                                List.of(),
                                1 << Math.min(MOST_HALVINGS, view.halvings()),
                                options.folder().toAbsolutePath().toString(),
                                beginning(state, view).orElse(null),
                                state.forksOf(run)));
    }

    /** From where a run goes on: where it was, or else where the run was that it forks. */
    private static Optional<Checkpoint> beginning(LabState state, RunView view) {
        Checkpoint own = view.checkpoint();
        return own != null ? Optional.of(own) : Forks.checkpoint(state, view);
    }

    /** Asks an attempt to stop, and kills it if it does not in time. */
    void stop(Running attempt) {
        Launcher.Launched launched = attempt.launched;
        if (launched == null || attempt.stopping) {
            // Asked for again once it is launched.
            return;
        }
        attempt.stopping = true;
        launched.stop();
        time.after(
                options.stopGrace(),
                () -> {
                    if (!attempt.ended) {
                        attempt.overdue = true;
                        launched.kill();
                    }
                });
    }

    /** That its process was killed is no news to a scheduler that killed it. */
    private AttemptResult explained(Running attempt, AttemptResult result) {
        return attempt.overdue && result.cause() == CauseOfEnd.KILLED
                ? AttemptResult.of(
                                CauseOfEnd.KILLED,
                                "it did not stop within "
                                        + options.stopGrace().toMillis() / 1000.0
                                        + " seconds and was killed")
                        .withMetrics(result.metrics())
                : result;
    }

    /** Ends an attempt whose end others recorded: nothing it does counts any more. */
    void lost(Running attempt) {
        Launcher.Launched launched = attempt.launched;
        if (!attempt.ended && launched != null) {
            launched.kill();
        }
    }

    private void ended(Running attempt, AttemptResult result) {
        if (attempt.ended) {
            return;
        }
        attempt.ended = true;
        attempt.endedNanos = time.nanos();
        long elapsedMillis = (time.nanos() - attempt.beganNanos) / 1_000_000;
        conclude(attempt, explained(attempt, result), elapsedMillis);
    }

    /**
     * Records what follows, and keeps the result for as long as that takes. The room of an attempt
     * that failed is given back only then, so that what goes next is decided by what is known of
     * it.
     */
    private void conclude(Running attempt, AttemptResult result, long elapsedMillis) {
        RunView view = view(attempt);
        boolean mine = view.openAttempt().filter(open -> open.token() == attempt.token).isPresent();
        if (!mine) {
            loop.forget(attempt);
            return;
        }
        String stopped = loop.isClosing() ? "its scheduler was closed" : null;
        List<Event> events =
                store.read(
                        state ->
                                followUp.of(
                                        state,
                                        view,
                                        result,
                                        elapsedMillis,
                                        loop.packer().ending(attempt, state, result.cause()),
                                        stopped,
                                        time.now()));
        outbox.append(
                events,
                (_, error) -> {
                    if (error == null || error instanceof FencedException) {
                        loop.forget(attempt);
                    } else if (error instanceof RefusedException) {
                        // It was asked to stop meanwhile; what follows is another thing now.
                        conclude(attempt, result, elapsedMillis);
                    } else if (loop.isClosing() && isOverdue(attempt)) {
                        // Who takes over its lease goes on from the last checkpoint.
                        LOG.log(
                                Logger.Level.WARNING,
                                "the end of run {0} is not recorded: {1}",
                                attempt.waiting.run(),
                                error.getMessage());
                        loop.forget(attempt);
                    } else {
                        time.after(RETRY, () -> conclude(attempt, result, elapsedMillis));
                    }
                });
        if (result.cause() == CauseOfEnd.COMPLETED) {
            loop.makeRoom(attempt);
        }
    }

    /** A scheduler that closes waits no longer for a store than for a task. */
    private boolean isOverdue(Running attempt) {
        return time.nanos() - attempt.endedNanos > options.stopGrace().toNanos();
    }

    private RunView view(Running attempt) {
        return store.read(state -> state.run(attempt.waiting.run()).orElseThrow());
    }

    /**
     * Records what an attempt says, for as long as that takes: only a refusal is an answer, and a
     * store that is away for a moment is no reason for a task to fail.
     */
    private void write(Running attempt, List<Event> events, CompletableFuture<Boolean> done) {
        outbox.append(
                events,
                (_, error) -> {
                    if (error == null) {
                        if (events.stream().anyMatch(StopRequested.class::isInstance)) {
                            // It is told to stop before it hears that its report was recorded.
                            stop(attempt);
                        }
                        done.complete(true);
                    } else if (error instanceof StoreException && !attempt.ended) {
                        time.after(RETRY, () -> write(attempt, events, done));
                    } else {
                        done.completeExceptionally(error);
                        if (error instanceof FencedException) {
                            lost(attempt);
                        }
                    }
                });
    }

    /** What an attempt says, brought to the thread of the loop. */
    private final class AttemptListener implements Launcher.Listener {
        private final Running attempt;

        AttemptListener(Running attempt) {
            this.attempt = attempt;
        }

        @Override
        public void started(@Nullable Long pid, @Nullable String process) {
            time.execute(
                    () ->
                            write(
                                    attempt,
                                    List.of(
                                            new AttemptStarted(
                                                    attempt.waiting.run(),
                                                    attempt.token,
                                                    pid,
                                                    process)),
                                    new CompletableFuture<>()));
        }

        @Override
        public void stepped() {
            time.execute(
                    () ->
                            write(
                                    attempt,
                                    List.of(
                                            new AttemptStepped(
                                                    attempt.waiting.run(), attempt.token)),
                                    new CompletableFuture<>()));
        }

        @Override
        public void used(Use use) {
            time.execute(() -> loop.packer().used(attempt, use));
        }

        @Override
        public CompletableFuture<?> saved(Checkpoint checkpoint) {
            CompletableFuture<Boolean> done = new CompletableFuture<>();
            time.execute(
                    () ->
                            write(
                                    attempt,
                                    List.of(
                                            new CheckpointCommitted(
                                                    attempt.waiting.run(),
                                                    attempt.token,
                                                    checkpoint)),
                                    done));
            return done;
        }

        @Override
        public CompletableFuture<?> reported(EpochReport report) {
            CompletableFuture<Boolean> done = new CompletableFuture<>();
            RunReported event =
                    new RunReported(
                            attempt.waiting.run(), attempt.token, report.epochs(), report.value());
            time.execute(() -> decide(event, done));
            return done;
        }

        /** A rule that fails must not leave the attempt waiting for its answer. */
        private void decide(RunReported event, CompletableFuture<Boolean> done) {
            List<Event> events;
            try {
                events = store.read(state -> searches.reported(state, view(attempt), event));
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
                return;
            }
            write(attempt, events, done);
        }

        @Override
        public void ended(AttemptResult result) {
            time.execute(() -> Attempts.this.ended(attempt, result));
        }
    }
}
