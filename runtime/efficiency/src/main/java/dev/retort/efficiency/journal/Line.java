package dev.retort.efficiency.journal;

import java.util.Map;

/**
 * One line of a journal.
 *
 * @param sequence its number, from 0
 * @param attempt the process that wrote it, from 1
 * @param event why it was written
 * @param epochNanos when, in nanoseconds since 1970-01-01 UTC
 * @param detail what more there is to say, such as the class of a failure
 * @param state the ledger at that moment
 */
public record Line(
        long sequence,
        int attempt,
        Event event,
        long epochNanos,
        Map<String, String> detail,
        State state) {
    /** Why a line is written. */
    public enum Event {
        /** A process opened the run. */
        STARTED,
        /** Time passed. */
        PROGRESS,
        /** A checkpoint of this moment is about to be saved. */
        ANNOUNCED,
        /** A checkpoint became durable. */
        COMMITTED,
        /** Something went wrong. */
        FAILURE,
        /** The run was ended in order. */
        ENDED
    }

    /** Copies the details. */
    public Line {
        detail = Map.copyOf(detail);
    }
}
