package dev.retort.efficiency;

import java.time.Instant;
import java.util.Objects;

/**
 * Something that went wrong in a run.
 *
 * @param kind its class
 * @param message one sentence
 * @param time when it was noticed
 * @param step the steps that had been finished
 */
public record Failure(FailureClass kind, String message, Instant time, long step) {
    /** Checks the components. */
    public Failure {
        Objects.requireNonNull(kind, "kind is null");
        Objects.requireNonNull(message, "message is null");
        Objects.requireNonNull(time, "time is null");
    }
}
