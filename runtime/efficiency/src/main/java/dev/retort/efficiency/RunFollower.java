package dev.retort.efficiency;

import java.util.Map;

/** Whoever follows a run from beside it, such as an export of its figures. Thread-safe. */
public interface RunFollower {
    /**
     * The run has ended, and its final account stands. Called by the thread that ends it, which
     * waits, so this must come back within seconds; may be called more than once.
     */
    void ended();

    /**
     * Troubles of the follower, which the run reports with its own.
     *
     * @return how often each occurred so far; those that did not are missing
     */
    Map<Anomaly, Long> anomalies();
}
