package dev.retort.experiment.state;

import dev.retort.experiment.Attempt;
import dev.retort.experiment.Checkpoint;
import dev.retort.experiment.FailureClass;
import dev.retort.experiment.Run;
import dev.retort.experiment.RunState;
import dev.retort.experiment.event.Event.MetricsSealed;
import dev.retort.experiment.event.Event.RunEnded;
import dev.retort.experiment.event.Event.StopRequested;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a run stands. Immutable.
 *
 * @param run what it is
 * @param state its state
 * @param attempts all its attempts, the oldest first
 * @param checkpoint the last one that was committed, or {@code null}
 * @param sinceMillis when it got into its state, in milliseconds since 1970
 * @param notBeforeMillis when it may be admitted at the earliest; 0 for at once
 * @param stop what its attempt was asked for, or {@code null}
 * @param reason why it is in its state, one sentence
 * @param values its results by metric
 * @param metrics the files of metric points of its attempts, the oldest first
 * @param reusedOf the run whose result was taken, or {@code null}
 * @param failure how it failed, or {@code null}
 */
public record RunView(
        Run run,
        RunState state,
        List<Attempt> attempts,
        @Nullable Checkpoint checkpoint,
        long sinceMillis,
        long notBeforeMillis,
        @Nullable StopRequested stop,
        String reason,
        Map<String, Double> values,
        List<MetricsSealed> metrics,
        @Nullable String reusedOf,
        @Nullable FailureClass failure) {
    /** Copies the components. */
    public RunView {
        attempts = List.copyOf(attempts);
        metrics = List.copyOf(metrics);
    }

    /** The attempt that has not ended. */
    public Optional<Attempt> openAttempt() {
        return lastAttempt().filter(attempt -> attempt.end() == null);
    }

    /** The attempt that began last. */
    public Optional<Attempt> lastAttempt() {
        return attempts.isEmpty() ? Optional.empty() : Optional.of(attempts.getLast());
    }

    static RunView planned(Run run, long atMillis) {
        return new RunView(
                run,
                RunState.PLANNED,
                List.of(),
                null,
                atMillis,
                0,
                null,
                "planned",
                Map.of(),
                List.of(),
                null,
                null);
    }

    RunView in(RunState next, long atMillis, String why) {
        return new RunView(
                run,
                next,
                attempts,
                checkpoint,
                atMillis,
                notBeforeMillis,
                stop,
                why,
                values,
                metrics,
                reusedOf,
                failure);
    }

    RunView queued(long atMillis, long earliestMillis, String why) {
        return new RunView(
                run,
                RunState.QUEUED,
                attempts,
                checkpoint,
                atMillis,
                earliestMillis,
                null,
                why,
                values,
                metrics,
                reusedOf,
                failure);
    }

    RunView paused(long atMillis, String why) {
        return new RunView(
                run,
                RunState.PAUSED,
                attempts,
                checkpoint,
                atMillis,
                0,
                null,
                why,
                values,
                metrics,
                reusedOf,
                failure);
    }

    RunView with(Checkpoint saved) {
        return new RunView(
                run,
                state,
                attempts,
                saved,
                sinceMillis,
                notBeforeMillis,
                stop,
                reason,
                values,
                metrics,
                reusedOf,
                failure);
    }

    RunView withoutCheckpoint() {
        return new RunView(
                run,
                state,
                attempts,
                null,
                sinceMillis,
                notBeforeMillis,
                stop,
                reason,
                values,
                metrics,
                reusedOf,
                failure);
    }

    RunView with(MetricsSealed file) {
        List<MetricsSealed> all = new ArrayList<>(metrics);
        all.add(file);
        return new RunView(
                run,
                state,
                attempts,
                checkpoint,
                sinceMillis,
                notBeforeMillis,
                stop,
                reason,
                values,
                all,
                reusedOf,
                failure);
    }

    RunView asked(StopRequested request) {
        return new RunView(
                run,
                state,
                attempts,
                checkpoint,
                sinceMillis,
                notBeforeMillis,
                request,
                reason,
                values,
                metrics,
                reusedOf,
                failure);
    }

    RunView withNew(Attempt attempt) {
        List<Attempt> all = new ArrayList<>(attempts);
        all.add(attempt);
        return withAll(all);
    }

    RunView withLast(Attempt attempt) {
        List<Attempt> all = new ArrayList<>(attempts);
        all.set(all.size() - 1, attempt);
        return withAll(all);
    }

    RunView ended(RunEnded how, long atMillis) {
        return new RunView(
                run,
                how.state(),
                attempts,
                checkpoint,
                atMillis,
                0,
                null,
                how.reason(),
                how.values(),
                metrics,
                how.reusedOf(),
                how.failure());
    }

    private RunView withAll(List<Attempt> all) {
        return new RunView(
                run,
                state,
                all,
                checkpoint,
                sinceMillis,
                notBeforeMillis,
                stop,
                reason,
                values,
                metrics,
                reusedOf,
                failure);
    }
}
