package dev.retort.experiment.velocity;

import dev.retort.experiment.verdict.Outcome;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** Something that happened to a hypothesis or to one of its runs. */
public sealed interface Milestone {
    /**
     * When.
     *
     * @return the time
     */
    Instant at();

    /**
     * A hypothesis was registered.
     *
     * @param at when
     * @param hypothesis its name, unique
     * @param tags what it can be found by, such as team, model or user
     */
    record Registered(Instant at, String hypothesis, Map<String, String> tags)
            implements Milestone {
        /** Copies the tags. */
        public Registered {
            tags = Map.copyOf(tags);
        }
    }

    /**
     * A run was submitted.
     *
     * @param at when
     * @param run its name, unique
     * @param hypothesis the hypothesis it is for, or {@code null} if it explores
     * @param devices the devices that it holds while it runs, at least 1
     * @param priority larger goes first
     * @param tags its own tags; it has those of its hypothesis too
     */
    record Submitted(
            Instant at,
            String run,
            @Nullable String hypothesis,
            int devices,
            int priority,
            Map<String, String> tags)
            implements Milestone {
        /** Checks the devices. */
        public Submitted {
            tags = Map.copyOf(tags);
            if (devices < 1) {
                throw new IllegalArgumentException(
                        "expected run '%s' to hold at least 1 device, found %d"
                                .formatted(run, devices));
            }
        }
    }

    /**
     * A run was given its devices.
     *
     * @param at when
     * @param run the run
     */
    record Admitted(Instant at, String run) implements Milestone {}

    /**
     * A run made its first step since it was admitted.
     *
     * @param at when
     * @param run the run
     */
    record FirstStep(Instant at, String run) implements Milestone {}

    /**
     * From now on other runs have the devices of a run too, or have them no more; each has the same
     * part of the time. A run that is admitted has them for itself.
     *
     * @param at when
     * @param run the run
     * @param holders how many have them, this one among them, at least 1
     */
    record Shared(Instant at, String run, int holders) implements Milestone {
        /** Checks the number. */
        public Shared {
            if (holders < 1) {
                throw new IllegalArgumentException(
                        "expected the devices of run '%s' to be held by at least 1 run, found %d"
                                .formatted(run, holders));
            }
        }
    }

    /**
     * A run lost its devices, by a crash or because it was preempted; it waits for devices again.
     *
     * @param at when
     * @param run the run
     * @param work the work since the last checkpoint, which is done again
     */
    record Lost(Instant at, String run, Duration work) implements Milestone {
        /** Checks the work. */
        public Lost {
            if (work.isNegative()) {
                throw new IllegalArgumentException(
                        "expected lost work of run '%s' from 0, found %s".formatted(run, work));
            }
        }
    }

    /**
     * A run that lost its devices by a failure is not tried again before a time. It waits for
     * devices from then on.
     *
     * @param at when it lost them
     * @param run the run
     * @param until the time
     */
    record BackedOff(Instant at, String run, Instant until) implements Milestone {}

    /**
     * A run without devices waits for a person or a rule, and not for devices.
     *
     * @param at when
     * @param run the run
     */
    record Paused(Instant at, String run) implements Milestone {}

    /**
     * A run that paused waits for devices again.
     *
     * @param at when
     * @param run the run
     */
    record Resumed(Instant at, String run) implements Milestone {}

    /**
     * A run goes on from what another saved, such as a run that is tried again after its end: what
     * the other did up to then is worth what this one is.
     *
     * @param at when
     * @param run the run
     * @param of the run that it goes on from
     * @param saved when that one saved last
     */
    record Continued(Instant at, String run, String of, Instant saved) implements Milestone {}

    /**
     * A run ended.
     *
     * @param at when
     * @param run the run
     * @param end how
     */
    record Ended(Instant at, String run, End end) implements Milestone {}

    /** How a run ends. */
    enum End {
        /** With a result. */
        SUCCEEDED,
        /** Stopped because it was hopeless. */
        PRUNED,
        /** With a result that was there already. */
        DUPLICATE,
        /** Without a result, because its configuration cannot run. */
        INFEASIBLE,
        /** Without a result. */
        FAILED,
        /** Stopped by a person. */
        CANCELLED
    }

    /**
     * A verdict fell. A second one of the same hypothesis supersedes the first.
     *
     * @param at when
     * @param hypothesis the hypothesis
     * @param outcome the verdict
     */
    record Decided(Instant at, String hypothesis, Outcome outcome) implements Milestone {}
}
