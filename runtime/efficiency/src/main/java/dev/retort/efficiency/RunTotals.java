package dev.retort.efficiency;

import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
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
 */
public record RunTotals(
        long running,
        long succeeded,
        long failed,
        long discarded,
        Ledger ledger,
        Work work,
        Work kept,
        Work lost) {
    /** No runs. */
    public static final RunTotals NONE =
            new RunTotals(0, 0, 0, 0, new Ledger(Map.of(), 0), Work.NONE, Work.NONE, Work.NONE);

    /** Checks the components. */
    public RunTotals {
        Objects.requireNonNull(ledger, "ledger is null");
        Objects.requireNonNull(work, "work is null");
        Objects.requireNonNull(kept, "kept is null");
        Objects.requireNonNull(lost, "lost is null");
    }

    /**
     * One run.
     *
     * @param run its account
     * @return its totals
     */
    public static RunTotals of(RunAccount run) {
        boolean cancelled =
                run.failures().stream()
                        .anyMatch(failure -> failure.kind() == FailureClass.CANCELLED);
        return of(run.outcome(), cancelled, run.ledger(), run.work(), run.kept(), run.lost());
    }

    static RunTotals of(
            Outcome outcome, boolean cancelled, Ledger ledger, Work work, Work kept, Work lost) {
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
                lost);
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
                lost.plus(other.lost));
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
                sum.lost);
    }

    /**
     * Runs grouped by a tag. Every figure is drawn from totals, so any of them is to be had by any
     * tag, over the runs of all processes that keep a journal:
     *
     * {@snippet :
     * Map<String, RunTotals> byTeam =
     *         RunTotals.by(
     *                 "team", StoredRun.readAll(folder), StoredRun::tags, StoredRun::totals);
     * byTeam.forEach((team, runs) -> System.out.println(team + " " + runs.ledger().goodput()));
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
        return runs.stream()
                .collect(
                        Collectors.toMap(
                                run -> tags.apply(run).getOrDefault(tag, ""),
                                totals,
                                RunTotals::plus,
                                TreeMap::new));
    }
}
