package dev.retort.experiment.schedule;

import dev.retort.experiment.Attempt;
import dev.retort.experiment.store.EventStore;
import dev.retort.experiment.store.Heartbeat;

/** Who holds the lease of an attempt, as far as it can be told from this machine. */
public enum Holder {
    /** Its process is there, or is on another machine. */
    THERE,
    /** Its process on this machine has ended: the next scheduler takes the attempt over. */
    GONE;

    /**
     * The holder of an attempt.
     *
     * @param store where it is
     * @param attempt the attempt
     * @throws dev.retort.experiment.store.StoreException if the store cannot be read
     */
    public static Holder of(EventStore store, Attempt attempt) {
        for (Heartbeat beat : store.heartbeats()) {
            if (beat.scheduler().equals(attempt.scheduler())
                    && beat.host().equals(HostProcess.host())
                    && !HostProcess.isAlive(beat.process())) {
                return GONE;
            }
        }
        return THERE;
    }
}
