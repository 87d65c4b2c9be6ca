package dev.retort.experiment.schedule;

import dev.retort.experiment.Attempt;
import dev.retort.experiment.state.LabState;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.store.Heartbeat;

import java.time.Instant;

/**
 * What attempts are charged that have not ended, as far as the log tells: a function of the state
 * and the time. Those that have a device together share its time, as they have it now.
 */
final class Charges {
    private static final double HOUR_MILLIS = 3_600_000;

    private Charges() {}

    /** With how many an attempt shares its devices now, itself among them. */
    static int sharers(LabState state, Attempt attempt) {
        if (attempt.devices().isEmpty()) {
            return 1;
        }
        long all =
                state.leasedBy(attempt.scheduler()).stream()
                        .flatMap(run -> state.run(run).flatMap(RunView::openAttempt).stream())
                        .filter(other -> other.host().equals(attempt.host()))
                        .filter(other -> other.devices().equals(attempt.devices()))
                        .count();
        return Math.max(1, (int) all);
    }

    /**
     * For how many milliseconds a scheduler that is gone held an attempt, at least: up to its last
     * sign of life, since how much longer it lived, which is less than the time to the next one,
     * nobody knows. By its own clock that does not jump, if it told that.
     *
     * @param last its last sign of life
     * @param nowMillis the time, in milliseconds since 1970
     */
    static long heldMillis(Attempt attempt, Heartbeat last, long nowMillis) {
        if (last.monotonicNanos() != 0) {
            return Math.max(0, (last.monotonicNanos() - attempt.admittedNanos()) / 1_000_000);
        }
        long until = last.wallMillis() == 0 ? nowMillis : Math.min(nowMillis, last.wallMillis());
        return Math.max(0, until - attempt.admittedMillis());
    }

    /** The device-hours that the open attempt of a run took so far, by the clock on the wall. */
    static double hours(LabState state, RunView view, Instant now) {
        Attempt open = view.openAttempt().orElseThrow();
        long millis = Math.max(0, now.toEpochMilli() - open.admittedMillis());
        int charged = state.experimentOf(view).resources().charged();
        return millis / HOUR_MILLIS * charged / sharers(state, open);
    }
}
