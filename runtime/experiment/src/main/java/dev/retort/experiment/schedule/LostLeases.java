package dev.retort.experiment.schedule;

import dev.retort.experiment.Attempt;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.store.EventStore;
import dev.retort.experiment.store.Heartbeat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which attempts nobody works on any more, as far as it can be told from this machine: those that
 * have not ended and whose scheduler was a process of this machine that is not there. The log shows
 * them as at work until the next scheduler takes them over. A scheduler of another machine counts
 * as there, since from here it cannot be seen. Immutable: as it was when it was made.
 */
public final class LostLeases {
    /** When schedulers that are gone gave their last sign of life, by name. */
    private final Map<String, Instant> gone;

    private LostLeases(Map<String, Instant> gone) {
        this.gone = gone;
    }

    /**
     * Looks once at each scheduler that holds a lease, however many runs there are.
     *
     * @param store where the attempts are
     * @throws dev.retort.experiment.store.StoreException if the store cannot be read
     */
    public static LostLeases of(EventStore store) {
        List<Heartbeat> all = store.heartbeats();
        List<Heartbeat> holders =
                store.read(
                        state ->
                                all.stream()
                                        .filter(beat -> !state.leasedBy(beat.scheduler()).isEmpty())
                                        .toList());
        return new LostLeases(
                holders.stream()
                        .filter(beat -> beat.host().equals(HostProcess.host()))
                        .filter(beat -> !HostProcess.isAlive(beat.process()))
                        .collect(
                                Collectors.toUnmodifiableMap(
                                        Heartbeat::scheduler,
                                        beat -> Instant.ofEpochMilli(beat.wallMillis()))));
    }

    /** Whether an attempt is one of them. */
    public boolean contains(Attempt attempt) {
        return lastSign(attempt).isPresent();
    }

    /** Whether the attempt of a run that has not ended is one of them. */
    public boolean contains(RunView view) {
        return view.openAttempt().filter(this::contains).isPresent();
    }

    /**
     * When the scheduler of an attempt gave its last sign of life, by the wall clock of this
     * machine; 1970 if that is not known. Empty if the attempt is none of them.
     */
    public Optional<Instant> lastSign(Attempt attempt) {
        return attempt.end() == null
                ? Optional.ofNullable(gone.get(attempt.scheduler()))
                : Optional.empty();
    }
}
