package dev.retort.experiment.schedule;

import dev.retort.experiment.Attempt;
import dev.retort.experiment.event.Event;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.store.EventStore;
import dev.retort.experiment.store.Heartbeat;
import dev.retort.experiment.worker.AttemptResult;

import org.jspecify.annotations.Nullable;

import java.lang.System.Logger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What happens to attempts that nobody works on: those of schedulers that are gone, and those whose
 * admission was recorded although its own scheduler was told otherwise, such as when the connection
 * broke at that moment. They end, and what follows follows.
 */
final class TakeOver {
    private static final Logger LOG = System.getLogger(TakeOver.class.getName());

    /** After how long it is said that a process cannot be ended. */
    private static final Duration KILL_GRACE = Duration.ofSeconds(10);

    private final SchedulerLoop loop;
    private final Outbox outbox;
    private final EventStore store;
    private final LeaseWatch leases;
    private final Time time;
    private final Machine machine;
    private final FollowUp followUp;
    private final Path folder;

    /** The attempts that nobody works on, by token. */
    private final Map<Long, Lost> lost = new HashMap<>();

    /** What is known of an attempt that nobody works on. */
    private static final class Lost {
        /** With how many it had its devices, before the first of them was ended. */
        private final int sharers;

        /** When its process was ended for the first time, or {@code null} before. */
        private @Nullable Long killedNanos;

        /** Whether its end is on its way to the store. */
        private boolean ending;

        Lost(int sharers) {
            this.sharers = sharers;
        }
    }

    TakeOver(
            SchedulerLoop loop,
            Outbox outbox,
            EventStore store,
            SchedulerOptions options,
            LeaseWatch leases,
            Acts acts,
            Time time,
            Machine machine) {
        this.loop = loop;
        this.outbox = outbox;
        this.store = store;
        this.leases = leases;
        this.time = time;
        this.machine = machine;
        this.followUp = new FollowUp(options.retries(), acts);
        this.folder = options.folder().toAbsolutePath();
    }

    void run() {
        List<Heartbeat> others = othersWithLeases();
        List<String> gone = leases.gone(others, time.nanos());
        Set<Long> seen = new HashSet<>();
        for (Heartbeat last : others) {
            if (gone.contains(last.scheduler())) {
                List<RunView> left = lostOf(last.scheduler(), _ -> true, seen);
                left.forEach(view -> takeOver(view, last));
            }
        }
        for (RunView view : lostOf(loop.id(), run -> !loop.isRunning(run), seen)) {
            Attempt own = view.openAttempt().orElseThrow();
            long elapsedMillis = (time.nanos() - own.admittedNanos()) / 1_000_000;
            end(view, FollowUp.unconfirmed(), Math.max(0, elapsedMillis));
        }
        lost.keySet().retainAll(seen);
    }

    /** The runs that a scheduler lost and whose end is not on its way. */
    private List<RunView> lostOf(String scheduler, Predicate<String> which, Set<Long> seen) {
        List<RunView> left = new ArrayList<>();
        for (RunView view : leasedBy(scheduler)) {
            if (which.test(view.run().id())) {
                Attempt attempt = view.openAttempt().orElseThrow();
                seen.add(attempt.token());
                Lost known =
                        lost.computeIfAbsent(
                                attempt.token(),
                                _ ->
                                        new Lost(
                                                store.read(
                                                        state -> Charges.sharers(state, attempt))));
                if (!known.ending) {
                    left.add(view);
                }
            }
        }
        return left;
    }

    private Lost known(Attempt attempt) {
        return Objects.requireNonNull(lost.get(attempt.token()));
    }

    /**
     * A process that works on is ended first, so that nothing runs twice; with the next look, it is
     * gone. One that cannot be ended keeps its devices: it still has their locks.
     */
    private void takeOver(RunView view, Heartbeat last) {
        Attempt attempt = view.openAttempt().orElseThrow();
        String process = last.host().equals(HostProcess.host()) ? attempt.process() : null;
        boolean there = process != null && machine.isAlive(process);
        if (process != null && there) {
            machine.kill(process);
            Lost known = known(attempt);
            long first = known.killedNanos == null ? time.nanos() : known.killedNanos;
            known.killedNanos = first;
            if (time.nanos() - first < KILL_GRACE.toNanos()) {
                return;
            }
            LOG.log(
                    Logger.Level.WARNING,
                    "process {0} of run {1} cannot be ended; its devices are not given out",
                    process,
                    view.run().id());
        }
        end(
                view,
                FollowUp.lost(view, there),
                Charges.heldMillis(attempt, last, time.now().toEpochMilli()));
    }

    /**
     * Keeps what an attempt measured, which may take long: signs of life are given meanwhile. Then
     * it ends.
     */
    private void end(RunView view, AttemptResult result, long elapsedMillis) {
        String run = view.run().id();
        Attempt attempt = view.openAttempt().orElseThrow();
        Lost known = known(attempt);
        outbox.aside(
                () -> AttemptResult.MetricsFile.copyOf(folder, run, attempt),
                metrics -> record(run, attempt, result.withMetrics(metrics), elapsedMillis, known));
        known.ending = true;
    }

    /** Refused if another scheduler, or the one that was thought gone, was first. */
    private void record(
            String run, Attempt attempt, AttemptResult left, long elapsedMillis, Lost known) {
        Ending ending = Ending.unwatched(elapsedMillis, known.sharers);
        List<Event> events =
                store.read(
                        state ->
                                state.run(run)
                                        .filter(view -> isOpen(view, attempt))
                                        .map(
                                                view ->
                                                        followUp.of(
                                                                state,
                                                                view,
                                                                left,
                                                                elapsedMillis,
                                                                ending,
                                                                null,
                                                                time.now()))
                                        .orElse(List.of()));
        if (!events.isEmpty()) {
            outbox.append(
                    events,
                    // If it was not taken in, the next look tries it again.
                    (_, _) -> known.ending = false);
        }
    }

    private static boolean isOpen(RunView view, Attempt attempt) {
        return view.openAttempt().filter(open -> open.token() == attempt.token()).isPresent();
    }

    private List<Heartbeat> othersWithLeases() {
        List<Heartbeat> all = store.heartbeats();
        return store.read(
                state ->
                        all.stream()
                                .filter(beat -> !state.leasedBy(beat.scheduler()).isEmpty())
                                .toList());
    }

    private List<RunView> leasedBy(String scheduler) {
        return store.read(
                state ->
                        state.leasedBy(scheduler).stream()
                                .flatMap(run -> state.run(run).stream())
                                .toList());
    }
}
