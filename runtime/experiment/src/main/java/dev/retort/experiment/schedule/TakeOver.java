package dev.retort.experiment.schedule;

import dev.retort.experiment.event.Event;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.store.EventStore;
import dev.retort.experiment.store.Heartbeat;
import dev.retort.experiment.worker.AttemptResult;

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
    }

    void run() {
        for (String gone : leases.gone(othersWithLeases(), time.nanos())) {
            leasedBy(gone).forEach(view -> end(view, FollowUp.lost(view)));
        }
        for (RunView view : leasedBy(loop.id())) {
            if (!loop.isRunning(view.run().id())) {
                end(view, FollowUp.unconfirmed());
            }
        }
    }

    /** Refused if another scheduler, or the one that was thought gone, was first. */
    private void end(RunView view, AttemptResult result) {
        Instant now = time.now();
        long admitted = view.openAttempt().orElseThrow().admittedMillis();
        long elapsed = Math.max(0, now.toEpochMilli() - admitted);
        List<Event> events =
                store.read(state -> followUp.of(state, view, result, elapsed, null, now));
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
