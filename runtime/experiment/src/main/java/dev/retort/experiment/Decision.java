package dev.retort.experiment;

import java.util.Objects;

/**
 * Something that was done without a person: each has its reason, and enough to be made again.
 *
 * @param kind what was done
 * @param run the run it was done to
 * @param reason one sentence
 * @param policy the name and version of the rule
 * @param inputs the SHA-256 of what the rule looked at
 */
public record Decision(Kind kind, String run, String reason, String policy, String inputs) {
    /** Checks the components. */
    public Decision {
        Objects.requireNonNull(kind, "kind is null");
        Objects.requireNonNull(run, "run is null");
        Objects.requireNonNull(reason, "reason is null");
        Objects.requireNonNull(policy, "policy is null");
        Objects.requireNonNull(inputs, "inputs is null");
    }

    /** What can be decided. */
    public enum Kind {
        /** Try again. */
        RETRY,
        /** Make no further attempt. */
        GIVE_UP,
        /** Take the result of an earlier run. */
        REUSE,
        /** Stop early. */
        PRUNE,
        /** Go on with more steps. */
        PROMOTE,
        /** Make room for another. */
        PREEMPT,
        /** Go on from what another run saved. */
        FORK,
        /** Do again what could be taken from an earlier run, to compare. */
        RERUN,
        /** Try again with smaller micro-batches. */
        SHRINK_BATCH,
        /** Stop what reported a value that is no number. */
        STOP_DIVERGED,
        /** Share a device. */
        PACK,
        /** Share it no longer. */
        UNPACK,
        /** Give what it needs. */
        ADMIT
    }
}
