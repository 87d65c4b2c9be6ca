package dev.retort.experiment.schedule;

import dev.retort.experiment.Attempt;
import dev.retort.experiment.event.Event;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.store.EventStore;
import dev.retort.experiment.store.Heartbeat;
import dev.retort.experiment.worker.AttemptResult;

import java.lang.System.Logger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
    private final EventStore store;
    private final LeaseWatch leases;
    private final Time time;
    private final Machine machine;
    private final FollowUp followUp;
    private final Path folder;

    /** When the process of an attempt was ended for the first time, by the attempt's token. */
    private final Map<Long, Long> killedNanos = new HashMap<>();

    TakeOver(
            SchedulerLoop loop,
            EventStore store,
            SchedulerOptions options,
            LeaseWatch leases,
            Acts acts,
            Time time,
            Machine machine) {
        this.loop = loop;
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
        for (Heartbeat last : others) {
            if (gone.contains(last.scheduler())) {
                leasedBy(last.scheduler()).forEach(view -> takeOver(view, last));
            }
        }
        for (RunView view : leasedBy(loop.id())) {
            if (!loop.isRunning(view.run().id())) {
                Attempt own = view.openAttempt().orElseThrow();
                end(view, FollowUp.unconfirmed(), millis(own.admittedNanos(), time.nanos()));
            }
        }
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
            long first = killedNanos.computeIfAbsent(attempt.token(), _ -> time.nanos());
            if (time.nanos() - first < KILL_GRACE.toNanos()) {
                return;
            }
            LOG.log(
                    Logger.Level.WARNING,
                    "process {0} of run {1} cannot be ended; its devices are not given out",
                    process,
                    view.run().id());
        }
        killedNanos.remove(attempt.token());
        end(view, FollowUp.lost(view, there), held(attempt, last));
    }

    /**
     * For how long a scheduler that is gone held an attempt: up to its last sign of life, as nobody
     * was at work after that. By its own clock that does not jump, if it told that.
     */
    private long held(Attempt attempt, Heartbeat last) {
        if (last.monotonicNanos() != 0) {
            return millis(attempt.admittedNanos(), last.monotonicNanos());
        }
        long now = time.now().toEpochMilli();
        long until = last.wallMillis() == 0 ? now : Math.min(now, last.wallMillis());
        return Math.max(0, until - attempt.admittedMillis());
    }

    private static long millis(long fromNanos, long toNanos) {
        return Math.max(0, (toNanos - fromNanos) / 1_000_000);
    }

    /** Refused if another scheduler, or the one that was thought gone, was first. */
    private void end(RunView view, AttemptResult result, long elapsedMillis) {
        Attempt attempt = view.openAttempt().orElseThrow();
        AttemptResult left =
                result.withMetrics(
                        AttemptResult.MetricsFile.copyOf(folder, view.run().id(), attempt));
        List<Event> events =
                store.read(
                        state ->
                                followUp.of(
                                        state,
                                        view,
                                        left,
                                        elapsedMillis,
                                        Ending.UNKNOWN,
                                        null,
                                        time.now()));
        loop.append(events, (_, error) -> SchedulerLoop.logUnlessRefused(error));
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
