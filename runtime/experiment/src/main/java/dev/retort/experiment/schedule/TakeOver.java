package dev.retort.experiment.schedule;

import dev.retort.experiment.Attempt;
import dev.retort.experiment.event.Event;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.store.EventStore;
import dev.retort.experiment.store.Heartbeat;
import dev.retort.experiment.worker.AttemptResult;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * What happens to attempts that nobody works on: those of schedulers that are gone, and those whose
 * admission was recorded although its own scheduler was told otherwise, such as when the connection
 * broke at that moment. They end, and what follows follows.
 */
final class TakeOver {
    private final SchedulerLoop loop;
    private final EventStore store;
    private final LeaseWatch leases;
    private final Time time;
    private final FollowUp followUp;
    private final Path folder;

    TakeOver(
            SchedulerLoop loop,
            EventStore store,
            SchedulerOptions options,
            LeaseWatch leases,
            Acts acts,
            Time time) {
        this.loop = loop;
        this.store = store;
        this.leases = leases;
        this.time = time;
        this.followUp = new FollowUp(options.retries(), acts);
        this.folder = options.folder().toAbsolutePath();
    }

    void run() {
        List<Heartbeat> others = othersWithLeases();
        List<String> gone = leases.gone(others, time.nanos());
        for (Heartbeat last : others) {
            if (gone.contains(last.scheduler())) {
                leasedBy(last.scheduler())
                        .forEach(view -> end(view, FollowUp.lost(view), last.wallMillis()));
            }
        }
        for (RunView view : leasedBy(loop.id())) {
            if (!loop.isRunning(view.run().id())) {
                end(view, FollowUp.unconfirmed(), 0);
            }
        }
    }

    /**
     * Refused if another scheduler, or the one that was thought gone, was first. What the attempt
     * took is charged up to the last sign of life of its scheduler: nobody was at work after that.
     */
    private void end(RunView view, AttemptResult result, long lastSignMillis) {
        Instant now = time.now();
        Attempt attempt = view.openAttempt().orElseThrow();
        long until =
                lastSignMillis == 0
                        ? now.toEpochMilli()
                        : Math.min(now.toEpochMilli(), lastSignMillis);
        long elapsed = Math.max(0, until - attempt.admittedMillis());
        AttemptResult left =
                result.withMetrics(
                        AttemptResult.MetricsFile.copyOf(folder, view.run().id(), attempt));
        List<Event> events =
                store.read(state -> followUp.of(state, view, left, elapsed, null, now));
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
