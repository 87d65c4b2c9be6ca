package dev.retort.experiment.event;

import dev.retort.experiment.Arm;
import dev.retort.experiment.CauseOfEnd;
import dev.retort.experiment.Checkpoint;
import dev.retort.experiment.Decision;
import dev.retort.experiment.Experiment;
import dev.retort.experiment.FailureClass;
import dev.retort.experiment.Hypothesis;
import dev.retort.experiment.Run;
import dev.retort.experiment.RunState;
import dev.retort.experiment.VerdictReference;
import dev.retort.experiment.packing.Weighing;
import dev.retort.experiment.search.TrialDecision;

import org.jspecify.annotations.Nullable;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Something that happened. What is allowed when is the matter of {@link
 * dev.retort.experiment.state.LabState}. The names of the records and of their components are part
 * of the format of stores: they stay. Immutable.
 */
public sealed interface Event {
    /**
     * A hypothesis was registered.
     *
     * @param hypothesis what it says
     * @param hash its {@link Hypothesis#hash()}
     */
    record HypothesisRegistered(Hypothesis hypothesis, String hash) implements Event {
        /** Checks the components. */
        public HypothesisRegistered {
            Objects.requireNonNull(hypothesis, "hypothesis is null");
            Objects.requireNonNull(hash, "hash is null");
        }

        /** Registers it with its hash. */
        public static HypothesisRegistered of(Hypothesis hypothesis) {
            return new HypothesisRegistered(hypothesis, hypothesis.hash());
        }
    }

    /**
     * An experiment was submitted. Its runs follow as events of their own.
     *
     * @param experiment what it is
     */
    record ExperimentSubmitted(Experiment experiment) implements Event {
        /** Checks the components. */
        public ExperimentSubmitted {
            Objects.requireNonNull(experiment, "experiment is null");
        }
    }

    /**
     * A run is known.
     *
     * @param run what it is
     */
    record RunPlanned(Run run) implements Event {
        /** Checks the components. */
        public RunPlanned {
            Objects.requireNonNull(run, "run is null");
        }
    }

    /**
     * A run waits to be admitted: for the first time, after a pause, or for a further attempt.
     *
     * @param run its name
     * @param notBeforeMillis when it may be admitted at the earliest, in milliseconds since 1970; 0
     *     for at once
     * @param reason one sentence
     */
    record RunQueued(String run, long notBeforeMillis, String reason) implements Event {
        /** Checks the components. */
        public RunQueued {
            Objects.requireNonNull(run, "run is null");
            Objects.requireNonNull(reason, "reason is null");
        }
    }

    /**
     * A run got resources and a lease. The number of this event is the fencing token of the
     * attempt.
     *
     * @param run its name
     * @param attempt the number of the attempt, from 1
     * @param scheduler who holds the lease
     * @param host where it will run
     * @param devices the devices it may use
     * @param again whether it is to do its work even if a run did the same and has the result, or
     *     {@code null} if nobody said, as in logs of versions that did not ask
     */
    record RunAdmitted(
            String run,
            int attempt,
            String scheduler,
            String host,
            List<Integer> devices,
            @Nullable Boolean again)
            implements Event {
        /** Checks and copies the components. */
        public RunAdmitted {
            Objects.requireNonNull(run, "run is null");
            Objects.requireNonNull(scheduler, "scheduler is null");
            Objects.requireNonNull(host, "host is null");
            devices = List.copyOf(devices);
        }

        /** One of which nobody says whether it may do again what was done. */
        public RunAdmitted(
                String run, int attempt, String scheduler, String host, List<Integer> devices) {
            this(run, attempt, scheduler, host, devices, null);
        }
    }

    /**
     * An attempt began to work.
     *
     * @param run the run
     * @param token its fencing token
     * @param pid its process, or {@code null} if it runs in the scheduler's
     * @param process what tells its process from a later one of the same number, or {@code null} if
     *     it has none or that is not known
     */
    record AttemptStarted(String run, long token, @Nullable Long pid, @Nullable String process)
            implements Event {
        /** Checks the components. */
        public AttemptStarted {
            Objects.requireNonNull(run, "run is null");
        }

        /** One of whose process no more is known than its number, if it has one. */
        public AttemptStarted(String run, long token, @Nullable Long pid) {
            this(run, token, pid, null);
        }
    }

    /**
     * The task of an attempt gave its first sign of work done: a step, a metric point, a checkpoint
     * or a report. Of a task that gives none there is no such event, nor in logs of versions that
     * did not record it.
     *
     * @param run the run
     * @param token its fencing token
     */
    record AttemptStepped(String run, long token) implements Event {
        /** Checks the components. */
        public AttemptStepped {
            Objects.requireNonNull(run, "run is null");
        }
    }

    /**
     * An attempt said how good its run is so far.
     *
     * @param run the run
     * @param token the fencing token of the attempt
     * @param epochs how far it has come
     * @param value what was measured; may be no number
     */
    record RunReported(String run, long token, int epochs, double value) implements Event {
        /** Checks the components. */
        public RunReported {
            Objects.requireNonNull(run, "run is null");
        }
    }

    /**
     * A search proposed a trial. Its run follows as an event of its own.
     *
     * @param experiment the experiment that searches
     * @param trial the number of the trial, from 0, each once and in order
     * @param arm what it does
     * @param seen how many results it was proposed from
     */
    record TrialProposed(String experiment, int trial, Arm arm, int seen) implements Event {
        /** Checks the components. */
        public TrialProposed {
            Objects.requireNonNull(experiment, "experiment is null");
            Objects.requireNonNull(arm, "arm is null");
        }
    }

    /**
     * A search was closed: it proposes no further trial, and those that it has end as its rule
     * decides.
     *
     * @param experiment the experiment that searches
     * @param reason why
     */
    record SearchClosed(String experiment, String reason) implements Event {
        /** Checks the components. */
        public SearchClosed {
            Objects.requireNonNull(experiment, "experiment is null");
            Objects.requireNonNull(reason, "reason is null");
        }
    }

    /**
     * What becomes of a trial was decided.
     *
     * @param experiment the experiment that searches
     * @param policy the name and version of the rule
     * @param after how many decisions about trials of the experiment were known when it was made
     * @param working the trials that had not ended nor paused then, if the rule looks at that
     * @param decision what and why
     */
    record TrialDecided(
            String experiment,
            String policy,
            int after,
            List<Integer> working,
            TrialDecision decision)
            implements Event {
        /** Checks and copies the components. */
        public TrialDecided {
            working = List.copyOf(working);
            Objects.requireNonNull(experiment, "experiment is null");
            Objects.requireNonNull(policy, "policy is null");
            Objects.requireNonNull(decision, "decision is null");
        }
    }

    /**
     * A run that had ended without a result is wanted again: it waits as if none of its attempts
     * had failed.
     *
     * @param run its name
     * @param reason one sentence
     */
    record RunReopened(String run, String reason) implements Event {
        /** Checks the components. */
        public RunReopened {
            Objects.requireNonNull(run, "run is null");
            Objects.requireNonNull(reason, "reason is null");
        }
    }

    /**
     * An attempt saved a state from which the run can go on.
     *
     * @param run the run
     * @param token the fencing token of the attempt
     * @param checkpoint what was saved
     */
    record CheckpointCommitted(String run, long token, Checkpoint checkpoint) implements Event {
        /** Checks the components. */
        public CheckpointCommitted {
            Objects.requireNonNull(run, "run is null");
            Objects.requireNonNull(checkpoint, "checkpoint is null");
        }
    }

    /**
     * The metric points of an attempt are complete: no more will follow.
     *
     * @param run the run
     * @param token the fencing token of the attempt
     * @param path the file, relative to the folder of the lab
     * @param sha256 the hash of its content
     * @param points how many it holds
     * @param dropped how many were left out since they came faster than the disk took them, or
     *     {@code null} if the attempt was ended before it could tell
     */
    record MetricsSealed(
            String run, long token, String path, String sha256, long points, @Nullable Long dropped)
            implements Event {
        /** Checks the components. */
        public MetricsSealed {
            Objects.requireNonNull(run, "run is null");
            Objects.requireNonNull(path, "path is null");
            Objects.requireNonNull(sha256, "sha256 is null");
        }
    }

    /**
     * An attempt ended. What becomes of the run follows in the same batch.
     *
     * @param run the run
     * @param token the fencing token of the attempt
     * @param cause the kind of end
     * @param detail one sentence
     * @param elapsedMillis how long it held its resources
     * @param chargedMillis what of that is charged, or {@code null} for all; less where it shared a
     *     device
     */
    record AttemptEnded(
            String run,
            long token,
            CauseOfEnd cause,
            String detail,
            long elapsedMillis,
            @Nullable Long chargedMillis)
            implements Event {
        /** Checks the components. */
        public AttemptEnded {
            Objects.requireNonNull(run, "run is null");
            Objects.requireNonNull(cause, "cause is null");
            Objects.requireNonNull(detail, "detail is null");
        }

        /** One that shared no device. */
        public AttemptEnded(
                String run, long token, CauseOfEnd cause, String detail, long elapsedMillis) {
            this(run, token, cause, detail, elapsedMillis, null);
        }
    }

    /**
     * An attempt was measured.
     *
     * @param run the run
     * @param token the fencing token of the attempt
     * @param peakBytes the most memory of its device that it said it held, or {@code null}
     * @param alonePace steps a second while it had its device for itself, or {@code null}
     * @param whole whether it was measured up to its result, so that it holds no more
     */
    record AttemptMeasured(
            String run,
            long token,
            @Nullable Long peakBytes,
            @Nullable Double alonePace,
            boolean whole)
            implements Event {
        /** Checks the components. */
        public AttemptMeasured {
            Objects.requireNonNull(run, "run is null");
        }
    }

    /**
     * Whether runs share a device was weighed. What was decided follows in the same batch.
     *
     * @param weighing what was looked at
     */
    record PackingWeighed(Weighing weighing) implements Event {
        /** Checks the components. */
        public PackingWeighed {
            Objects.requireNonNull(weighing, "weighing is null");
        }
    }

    /**
     * A running attempt is asked to save its state and stop.
     *
     * @param run the run
     * @param kind what becomes of the run then
     * @param reason one sentence
     */
    record StopRequested(String run, StopKind kind, String reason) implements Event {
        /** Checks the components. */
        public StopRequested {
            Objects.requireNonNull(run, "run is null");
            Objects.requireNonNull(kind, "kind is null");
            Objects.requireNonNull(reason, "reason is null");
        }
    }

    /**
     * A run waits until somebody resumes it.
     *
     * @param run its name
     * @param reason one sentence
     */
    record RunPaused(String run, String reason) implements Event {
        /** Checks the components. */
        public RunPaused {
            Objects.requireNonNull(run, "run is null");
            Objects.requireNonNull(reason, "reason is null");
        }
    }

    /**
     * A run reached a final state.
     *
     * @param run its name
     * @param state the state
     * @param reason one sentence
     * @param values its results by metric; empty unless it succeeded or was reused
     * @param reusedOf the run whose result was taken, or {@code null}
     * @param failure the kind of failure, or {@code null} if it did not fail
     */
    record RunEnded(
            String run,
            RunState state,
            String reason,
            Map<String, Double> values,
            @Nullable String reusedOf,
            @Nullable FailureClass failure)
            implements Event {
        /** Checks and copies the components. */
        public RunEnded {
            Objects.requireNonNull(run, "run is null");
            Objects.requireNonNull(state, "state is null");
            Objects.requireNonNull(reason, "reason is null");
            values = Collections.unmodifiableMap(new TreeMap<>(values));
        }

        /** An end without a result and without a failure. */
        public static RunEnded without(String run, RunState state, String reason) {
            return new RunEnded(run, state, reason, Map.of(), null, null);
        }
    }

    /**
     * Something was decided without a person.
     *
     * @param decision what and why
     */
    record DecisionMade(Decision decision) implements Event {
        /** Checks the components. */
        public DecisionMade {
            Objects.requireNonNull(decision, "decision is null");
        }
    }

    /**
     * Something would have been done without a person, and was not: its rule only advises, or has
     * done all that it may.
     *
     * @param decision what and why
     */
    record DecisionAdvised(Decision decision) implements Event {
        /** Checks the components. */
        public DecisionAdvised {
            Objects.requireNonNull(decision, "decision is null");
        }
    }

    /**
     * A hypothesis was decided. A later verdict on it supersedes this one.
     *
     * @param verdict what was found
     */
    record VerdictReached(VerdictReference verdict) implements Event {
        /** Checks the components. */
        public VerdictReached {
            Objects.requireNonNull(verdict, "verdict is null");
        }
    }
}
