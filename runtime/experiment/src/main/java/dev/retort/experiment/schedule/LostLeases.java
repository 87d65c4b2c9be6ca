package dev.retort.experiment.schedule;

import dev.retort.experiment.Attempt;
import dev.retort.experiment.state.LabState;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.store.EventStore;
import dev.retort.experiment.store.Heartbeat;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Which attempts nobody works on any more, as far as it can be told from this machine: those that
 * have not ended and whose scheduler was a process of this machine that is not there. The log shows
 * them as at work until the next scheduler takes them over. A scheduler of another machine counts
 * as there, since from here it cannot be seen. Immutable: as it was when it was made, which is to
 * be asked of attempts that are read after that.
 */
public final class LostLeases {
    /** The last signs of life of schedulers that are gone, by name. */
    private final Map<String, Heartbeat> gone;

    private final long nowMillis;

    private LostLeases(Map<String, Heartbeat> gone, long nowMillis) {
        this.gone = gone;
        this.nowMillis = nowMillis;
    }

    /**
     * Looks once at each scheduler that holds a lease, however many runs there are.
     *
     * @param store where the attempts are; what other processes wrote to it is taken in if one of
     *     them is gone
     * @throws dev.retort.experiment.store.StoreException if the store cannot be read
     */
    public static LostLeases of(EventStore store) {
        List<Heartbeat> gone =
                holders(store, store.heartbeats()).stream()
                        .filter(beat -> beat.host().equals(HostProcess.host()))
                        .filter(beat -> !HostProcess.isAlive(beat.process()))
                        .toList();
        if (!gone.isEmpty()) {
            // One that ended in order has given back what it held, since it was looked at.
            store.refresh();
        }
        return new LostLeases(
                holders(store, gone).stream()
                        .collect(
                                Collectors.toUnmodifiableMap(
                                        Heartbeat::scheduler, Function.identity())),
                System.currentTimeMillis());
    }

    private static List<Heartbeat> holders(EventStore store, List<Heartbeat> all) {
        return store.read(
                state ->
                        all.stream()
                                .filter(beat -> !state.leasedBy(beat.scheduler()).isEmpty())
                                .toList());
    }

    /** Whether an attempt is one of them. */
    public boolean contains(Attempt attempt) {
        return attempt.end() == null && gone.containsKey(attempt.scheduler());
    }

    /** Whether the attempt of a run that has not ended is one of them. */
    public boolean contains(RunView view) {
        return view.openAttempt().filter(this::contains).isPresent();
    }

    /**
     * For how many milliseconds an attempt held its devices, at least: up to the last sign of life
     * of its scheduler, as who takes it over records it. Empty if it is none of them.
     */
    public OptionalLong heldMillis(Attempt attempt) {
        Heartbeat last = attempt.end() == null ? gone.get(attempt.scheduler()) : null;
        return last == null
                ? OptionalLong.empty()
                : OptionalLong.of(Charges.heldMillis(attempt, last, nowMillis));
    }

    /**
     * What of that is charged: less where it shared its devices. 0 if the attempt is none of them.
     *
     * @param state how the lab stands
     */
    public long chargedMillis(LabState state, Attempt attempt) {
        return heldMillis(attempt).orElse(0) / Charges.sharers(state, attempt);
    }
}
