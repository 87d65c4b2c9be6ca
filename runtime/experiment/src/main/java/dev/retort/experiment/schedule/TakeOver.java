package dev.retort.experiment.schedule;

import dev.retort.experiment.Attempt;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.store.EventStore;
import dev.retort.experiment.store.Heartbeat;

import java.time.Instant;
import java.util.List;

/** What happens to the attempts of schedulers that are gone: they end, and what follows follows. */
final class TakeOver {
    private final SchedulerLoop loop;
    private final EventStore store;
    private final LeaseWatch leases;
    private final Time time;
    private final Aftermath aftermath;

    TakeOver(
            SchedulerLoop loop,
            EventStore store,
            SchedulerOptions options,
            LeaseWatch leases,
            Time time) {
        this.loop = loop;
        this.store = store;
        this.leases = leases;
        this.time = time;
        this.aftermath = new Aftermath(options.retries());
    }

    void run() {
        for (String gone : leases.gone(othersWithLeases(), time.nanos())) {
            Instant now = time.now();
            for (RunView view : leasedBy(gone)) {
                Attempt attempt = view.openAttempt().orElseThrow();
                long elapsed = Math.max(0, now.toEpochMilli() - attempt.admittedMillis());
                // Refused if another scheduler, or the one that was thought gone, was first.
                loop.append(
                        aftermath.of(view, Aftermath.lost(attempt), elapsed, null, now),
                        (_, error) -> SchedulerLoop.logUnlessRefused(error));
            }
        }
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
