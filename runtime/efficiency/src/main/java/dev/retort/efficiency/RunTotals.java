package dev.retort.efficiency;

import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What one run did, or several together: of one team, of all ranks. Sums are exact, so the order of
 * adding does not matter. Immutable.
 *
 * @param running runs that go on, or were killed and not resumed
 * @param succeeded runs that ended well
 * @param failed runs that failed
 * @param discarded runs whose result was thrown away, or that the user cancelled
 * @param ledger where their wall-clock time went; of ranks that ran at once it is device-time
 * @param work what they did
 * @param kept what of it survived
 * @param lost what of it restarts went back behind
 * @param stepTimes how long their steps took, as far as that is known: of a process that was killed
 *     the last minute is missing
 * @param failures what went wrong, by class: how often each was noted; one run can have several,
 *     and succeed all the same
 */
public record RunTotals(
        long running,
        long succeeded,
        long failed,
        long discarded,
        Ledger ledger,
        Work work,
        Work kept,
        Work lost,
        StepTimes stepTimes,
        Map<FailureClass, Long> failures) {
    /** No runs. */
    public static final RunTotals NONE =
            new RunTotals(
                    0,
                    0,
                    0,
                    0,
                    new Ledger(Map.of(), 0),
                    Work.NONE,
                    Work.NONE,
                    Work.NONE,
                    StepTimes.NONE,
                    Map.of());

    /** Checks and copies the components; classes that did not occur are left out. */
    public RunTotals {
        Objects.requireNonNull(ledger, "ledger is null");
        Objects.requireNonNull(work, "work is null");
        Objects.requireNonNull(kept, "kept is null");
        Objects.requireNonNull(lost, "lost is null");
        Objects.requireNonNull(stepTimes, "stepTimes is null");
        Map<FailureClass, Long> occurred = new EnumMap<>(FailureClass.class);
        failures.forEach(
                (kind, count) -> {
                    if (count > 0) {
                        occurred.put(kind, count);
                    }
                });
        failures = Collections.unmodifiableMap(occurred);
    }

    /**
     * One run.
     *
     * @param run its account
     * @return its totals
     */
    public static RunTotals of(RunAccount run) {
        return of(
                run.outcome(),
                run.failures(),
                run.ledger(),
                run.work(),
                run.kept(),
                run.lost(),
                run.stepTimes());
    }

    static RunTotals of(
            Outcome outcome,
            List<Failure> noted,
            Ledger ledger,
            Work work,
            Work kept,
            Work lost,
            StepTimes stepTimes) {
        Map<FailureClass, Long> failures = new EnumMap<>(FailureClass.class);
        noted.forEach(failure -> failures.merge(failure.kind(), 1L, Long::sum));
        boolean cancelled = failures.containsKey(FailureClass.CANCELLED);
        boolean failed = outcome == Outcome.FAILED && !cancelled;
        boolean discarded =
                outcome == Outcome.DISCARDED || (outcome == Outcome.FAILED && cancelled);
        return new RunTotals(
                outcome == Outcome.RUNNING ? 1 : 0,
                outcome == Outcome.SUCCEEDED ? 1 : 0,
                failed ? 1 : 0,
                discarded ? 1 : 0,
                ledger,
                work,
                kept,
                lost,
                stepTimes,
                failures);
    }

    /**
     * These runs and others.
     *
     * @param other the others
     * @return the sum
     */
    public RunTotals plus(RunTotals other) {
        return new RunTotals(
                running + other.running,
                succeeded + other.succeeded,
                failed + other.failed,
                discarded + other.discarded,
                ledger.plus(other.ledger),
                work.plus(other.work),
                kept.plus(other.kept),
                lost.plus(other.lost),
                stepTimes.plus(other.stepTimes),
                sum(failures, other.failures));
    }

    private static Map<FailureClass, Long> sum(
            Map<FailureClass, Long> one, Map<FailureClass, Long> other) {
        Map<FailureClass, Long> sum = new EnumMap<>(FailureClass.class);
        sum.putAll(one);
        other.forEach((kind, count) -> sum.merge(kind, count, Long::sum));
        return sum;
    }

    /**
     * The ranks of one run: processes that worked on it at once. Their times and work are added up,
     * so the ledger is device-time, but they are one run: it has failed if a rank has, else it goes
     * on if one does, else it was thrown away if one was.
     *
     * @param ranks the totals of each rank, at least one
     * @return the totals of the run
     */
    public static RunTotals ofRanks(Collection<RunTotals> ranks) {
        if (ranks.isEmpty()) {
            throw new IllegalArgumentException("expected at least 1 rank, found none");
        }
        RunTotals sum = ranks.stream().reduce(NONE, RunTotals::plus);
        boolean failed = sum.failed > 0;
        boolean running = !failed && sum.running > 0;
        boolean discarded = !failed && !running && sum.discarded > 0;
        return new RunTotals(
                running ? 1 : 0,
                failed || running || discarded ? 0 : 1,
                failed ? 1 : 0,
                discarded ? 1 : 0,
                sum.ledger,
                sum.work,
                sum.kept,
                sum.lost,
                sum.stepTimes,
                sum.failures);
    }

    /**
     * Runs grouped by a tag. Every figure is drawn from totals, so any of them is to be had by any
     * tag, over the runs of all processes that keep a journal:
     *
     * {@snippet :
     * Map<String, RunTotals> byTeam =
     *         RunTotals.by(
     *                 "team", StoredRun.readAll(folder), StoredRun::tags, StoredRun::totals);
     * byTeam.forEach(
     *         (team, runs) ->
     *                 System.out.println(
     *                         team
     *                                 + " " + runs.ledger().goodput()
     *                                 + " " + runs.stepTimes().percentile(99)
     *                                 + " " + runs.failures()));
     * }
     *
     * @param tag the key, such as {@code team}
     * @param runs the runs
     * @param tags gives the tags of a run
     * @param totals gives the totals of a run
     * @param <R> what a run is, such as {@link RunAccount} or {@link StoredRun}
     * @return the totals by the value of the tag, sorted; runs without it are under {@code ""}
     */
    public static <R> Map<String, RunTotals> by(
            String tag,
            Collection<R> runs,
            Function<R, Map<String, String>> tags,
            Function<R, RunTotals> totals) {
        return by(tag, runs, tags, totals, RunTotals::plus);
    }

    /**
     * What is no part of totals, grouped by a tag, such as the energy and the CPU time of stored
     * runs:
     *
     * {@snippet :
     * Map<String, Spending> byTeam =
     *         RunTotals.by(
     *                 "team", runs, StoredRun::tags, StoredRun::spending, Spending::plus);
     * }
     *
     * @param tag the key, such as {@code team}
     * @param runs the runs
     * @param tags gives the tags of a run
     * @param figure gives what is added up
     * @param plus adds two up, in any order
     * @param <R> what a run is
     * @param <F> what is added up
     * @return the sums by the value of the tag, sorted; runs without it are under {@code ""}
     */
    public static <R, F> Map<String, F> by(
            String tag,
            Collection<R> runs,
            Function<R, Map<String, String>> tags,
            Function<R, F> figure,
            BinaryOperator<F> plus) {
        return runs.stream()
                .collect(
                        Collectors.toMap(
                                run -> tags.apply(run).getOrDefault(tag, ""),
                                figure,
                                plus,
                                TreeMap::new));
    }
}
