package dev.retort.efficiency;

import java.util.Map;

/**
 * All that a clock tells of one moment.
 *
 * @param outcome how the run ended, or that it goes on
 * @param ledger where the time went
 * @param done the work that was done
 * @param kept the part of it that survived
 * @param undone the part of it that restarts went back behind
 * @param stepTimes how long steps took
 * @param calls the calls of hooks
 * @param anomalies what the clock counted
 */
record Books(
        Outcome outcome,
        Ledger ledger,
        Work done,
        Work kept,
        Work undone,
        StepTimes stepTimes,
        long calls,
        Map<Anomaly, Long> anomalies) {
    /** The books of now, or of the end. */
    static Books of(RunClock clock) {
        synchronized (clock) {
            if (!clock.isFinished()) {
                clock.advance();
            }
            return new Books(
                    clock.outcome(),
                    clock.ledger(),
                    clock.done(),
                    clock.kept(),
                    clock.undone(),
                    clock.stepTimes(),
                    clock.calls(),
                    clock.anomalies());
        }
    }
}
