package dev.retort.experiment.state;

import dev.retort.experiment.Attempt;
import dev.retort.experiment.CauseOfEnd;
import dev.retort.experiment.Checkpoint;
import dev.retort.experiment.FailureClass;
import dev.retort.experiment.Run;
import dev.retort.experiment.RunState;
import dev.retort.experiment.event.Event.MetricsSealed;
import dev.retort.experiment.event.Event.RunEnded;
import dev.retort.experiment.event.Event.RunReported;
import dev.retort.experiment.event.Event.StopRequested;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * How a run stands. Immutable.
 *
 * @param run what it is
 * @param state its state
 * @param attempts all its attempts, the oldest first
 * @param checkpoint the last one that was committed, or {@code null}
 * @param queuedMillis when it was queued first, in milliseconds since 1970; 0 before
 * @param sinceMillis when it got into its state, in milliseconds since 1970
 * @param notBeforeMillis when it may be admitted at the earliest; 0 for at once
 * @param stop what its attempt was asked for, or {@code null}
 * @param reason why it is in its state, one sentence
 * @param values its results by metric
 * @param metrics the files of metric points of its attempts, the oldest first
 * @param reusedOf the run whose result was taken, or {@code null}
 * @param failure how it failed, or {@code null}
 * @param report how good it said last that it is so far, or {@code null}
 * @param halvings how often its micro-batch was divided by 2 since it was wanted again
 * @param forgiven how many of its attempts do not count as failed any more, the oldest ones
 * @param alone the token of its attempt that ran out of memory on a device that it shared, or
 *     {@code null}: that is no failure of its own, and it shares no more
 */
public record RunView(
        Run run,
        RunState state,
        List<Attempt> attempts,
        @Nullable Checkpoint checkpoint,
        long queuedMillis,
        long sinceMillis,
        long notBeforeMillis,
        @Nullable StopRequested stop,
        String reason,
        Map<String, Double> values,
        List<MetricsSealed> metrics,
        @Nullable String reusedOf,
        @Nullable FailureClass failure,
        @Nullable RunReported report,
        int halvings,
        int forgiven,
        @Nullable Long alone) {
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

    /**
     * Whether what its last two attempts were to go on from could not be used: once may be a disk
     * that is away for a moment; after twice in a row, the run begins anew.
     */
    public boolean isTwiceUnusable() {
        int count = attempts.size();
        return count >= 2 && isUnusable(count - 1) && isUnusable(count - 2);
    }

    /** Whether that ever was so. */
    public boolean wasTwiceUnusable() {
        return IntStream.range(1, attempts.size())
                .anyMatch(index -> isUnusable(index) && isUnusable(index - 1));
    }

    private boolean isUnusable(int index) {
        Attempt.End end = attempts.get(index).end();
        return end != null && end.cause() == CauseOfEnd.CHECKPOINT_UNUSABLE;
    }

    static RunView planned(Run run, long atMillis) {
        return new RunView(
                run,
                RunState.PLANNED,
                List.of(),
                null,
                0,
                atMillis,
                0,
                null,
                "planned",
                Map.of(),
                List.of(),
                null,
                null,
                null,
                0,
                0,
                null);
    }

    RunView in(RunState next, long atMillis, String why) {
        return edited(
                edit -> {
                    edit.state = next;
                    edit.sinceMillis = atMillis;
                    edit.reason = why;
                });
    }

    RunView queued(long atMillis, long earliestMillis, String why) {
        return edited(
                edit -> {
                    edit.state = RunState.QUEUED;
                    edit.queuedMillis = queuedMillis == 0 ? atMillis : queuedMillis;
                    edit.sinceMillis = atMillis;
                    edit.notBeforeMillis = earliestMillis;
                    edit.stop = null;
                    edit.reason = why;
                });
    }

    RunView paused(long atMillis, String why) {
        return queued(atMillis, 0, why).edited(edit -> edit.state = RunState.PAUSED);
    }

    RunView with(Checkpoint saved) {
        return edited(edit -> edit.checkpoint = saved);
    }

    RunView withoutCheckpoint() {
        return edited(edit -> edit.checkpoint = null);
    }

    RunView with(MetricsSealed file) {
        List<MetricsSealed> all = new ArrayList<>(metrics);
        all.add(file);
        return edited(edit -> edit.metrics = all);
    }

    RunView asked(StopRequested request) {
        return edited(edit -> edit.stop = request);
    }

    RunView with(RunReported said) {
        return edited(edit -> edit.report = said);
    }

    RunView halved(int times) {
        return edited(edit -> edit.halvings = halvings + times);
    }

    RunView alone(long token) {
        return edited(edit -> edit.alone = token);
    }

    RunView reopened(long atMillis, String why) {
        return queued(atMillis, 0, why)
                .edited(
                        edit -> {
                            edit.failure = null;
                            edit.forgiven = attempts.size();
                            edit.halvings = 0;
                        });
    }

    RunView withNew(Attempt attempt) {
        List<Attempt> all = new ArrayList<>(attempts);
        all.add(attempt);
        return edited(edit -> edit.attempts = all);
    }

    RunView withLast(Attempt attempt) {
        List<Attempt> all = new ArrayList<>(attempts);
        all.set(all.size() - 1, attempt);
        return edited(edit -> edit.attempts = all);
    }

    RunView ended(RunEnded how, long atMillis) {
        return edited(
                edit -> {
                    edit.state = how.state();
                    edit.sinceMillis = atMillis;
                    edit.notBeforeMillis = 0;
                    edit.stop = null;
                    edit.reason = how.reason();
                    edit.values = how.values();
                    edit.reusedOf = how.reusedOf();
                    edit.failure = how.failure();
                });
    }

    private RunView edited(Consumer<Edit> change) {
        Edit edit = new Edit(this);
        change.accept(edit);
        return edit.done();
    }

    /** A view under change. */
    private static final class Edit {
        private final Run run;
        private RunState state;
        private List<Attempt> attempts;
        private @Nullable Checkpoint checkpoint;
        private long queuedMillis;
        private long sinceMillis;
        private long notBeforeMillis;
        private @Nullable StopRequested stop;
        private String reason;
        private Map<String, Double> values;
        private List<MetricsSealed> metrics;
        private @Nullable String reusedOf;
        private @Nullable FailureClass failure;
        private @Nullable RunReported report;
        private int halvings;
        private int forgiven;
        private @Nullable Long alone;

        Edit(RunView view) {
            run = view.run;
            state = view.state;
            attempts = view.attempts;
            checkpoint = view.checkpoint;
            queuedMillis = view.queuedMillis;
            sinceMillis = view.sinceMillis;
            notBeforeMillis = view.notBeforeMillis;
            stop = view.stop;
            reason = view.reason;
            values = view.values;
            metrics = view.metrics;
            reusedOf = view.reusedOf;
            failure = view.failure;
            report = view.report;
            halvings = view.halvings;
            forgiven = view.forgiven;
            alone = view.alone;
        }

        RunView done() {
            return new RunView(
                    run,
                    state,
                    attempts,
                    checkpoint,
                    queuedMillis,
                    sinceMillis,
                    notBeforeMillis,
                    stop,
                    reason,
                    values,
                    metrics,
                    reusedOf,
                    failure,
                    report,
                    halvings,
                    forgiven,
                    alone);
        }
    }
}
