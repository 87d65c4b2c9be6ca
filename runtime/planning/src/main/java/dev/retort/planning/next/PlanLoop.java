package dev.retort.planning.next;

import static java.util.Objects.requireNonNull;

import dev.retort.planning.Interval;
import dev.retort.planning.PlanningException;
import dev.retort.planning.fit.FitOptions;
import dev.retort.planning.fit.LossPoint;
import dev.retort.planning.fit.ParametricFit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Plan, run, fit, and plan again, until the extrapolation is certain enough or the budget is spent.
 * A run that failed costs its FLOPs and is not asked for again. Confined to one thread.
 */
public final class PlanLoop {
    private final Decision decision;
    private final List<Candidate> candidates;
    private final FitOptions options;
    private final double budget;
    private final int most;

    /**
     * Makes runs.
     *
     * @see ScheduledRuns
     */
    @FunctionalInterface
    public interface Executor {
        /**
         * Makes runs, at once or one after another, and waits for them.
         *
         * @param runs the runs
         * @return what came of those that succeeded
         */
        List<LossPoint> make(List<Candidate> runs);

        /**
         * The runs that were asked for already, by a loop that was ended and that this one goes on
         * with: they have been paid, and are not asked for again.
         *
         * @return the runs, those that failed too
         */
        default List<Candidate> asked() {
            return List.of();
        }
    }

    /** Why the loop ended. */
    public enum End {
        /** The interval is tight enough for the decision. */
        TIGHT_ENOUGH,
        /** No run that tells anything can be paid with what is left of the budget. */
        BUDGET_SPENT,
        /** All candidates have been made. */
        NO_CANDIDATE_LEFT
    }

    /**
     * How things stand after a round.
     *
     * @param runs all runs so far
     * @param spent the FLOPs that the loop has spent, that it goes on with included
     * @param fit the law, if there is one yet
     * @param interval the interval of the extrapolated loss, if there is a law
     * @param asked the runs of the next round, none at the end
     * @param end why the loop ended, if it has
     */
    public record Round(
            List<LossPoint> runs,
            double spent,
            Optional<ParametricFit> fit,
            Optional<Interval> interval,
            List<Candidate> asked,
            Optional<End> end) {
        /** Copies the lists. */
        public Round {
            runs = List.copyOf(runs);
            asked = List.copyOf(asked);
        }
    }

    /**
     * A loop.
     *
     * @param decision what the law is for
     * @param candidates the runs that could be made, the cheapest first
     * @param options how laws are fitted, and FLOPs counted
     * @param budget the FLOPs that may be spent, positive
     * @param most the most runs of a round, at least 1
     */
    public PlanLoop(
            Decision decision,
            List<Candidate> candidates,
            FitOptions options,
            double budget,
            int most) {
        this.decision = requireNonNull(decision, "decision is null");
        this.candidates = List.copyOf(candidates);
        this.options = requireNonNull(options, "options is null");
        PlanningException.requirePositive("budget in FLOPs", budget);
        this.budget = budget;
        if (most < 1) {
            throw new PlanningException("expected at least 1 run of a round, found " + most);
        }
        this.most = most;
    }

    /**
     * Plans once.
     *
     * @param runs the runs that there are
     * @param spent what of the budget has been spent
     * @return how things stand, with the runs to make next or the reason to end
     * @throws PlanningException if a run is none, or no candidates that can be paid make a law
     */
    public Round plan(List<LossPoint> runs, double spent) {
        return plan(runs, spent, candidates);
    }

    private Round plan(List<LossPoint> runs, double spent, List<Candidate> open) {
        ParametricFit fit;
        try {
            fit = ParametricFit.of(runs, options);
        } catch (PlanningException e) {
            // Wrong input stays wrong, however many runs are added.
            if (e.missing().isEmpty()) {
                throw e;
            }
            List<Candidate> first =
                    NextRuns.first(
                            candidates, open, runs, options.convention(), budget - spent, most);
            if (first.isEmpty()) {
                throw e;
            }
            return new Round(
                    runs, spent, Optional.empty(), Optional.empty(), first, Optional.empty());
        }
        NextRuns next = NextRuns.of(fit, decision, open, budget - spent, most);
        List<Candidate> asked = next.choices().stream().map(NextRuns.Choice::candidate).toList();
        Optional<End> end =
                decision.isMet(next.now())
                        ? Optional.of(End.TIGHT_ENOUGH)
                        : asked.isEmpty() ? Optional.of(exhausted(runs, open)) : Optional.empty();
        return new Round(runs, spent, Optional.of(fit), Optional.of(next.now()), asked, end);
    }

    private double flops(List<Candidate> runs) {
        return runs.stream().mapToDouble(run -> run.flops(options.convention())).sum();
    }

    private static End exhausted(List<LossPoint> runs, List<Candidate> open) {
        return open.stream().allMatch(each -> runs.stream().anyMatch(each::isMadeBy))
                ? End.NO_CANDIDATE_LEFT
                : End.BUDGET_SPENT;
    }

    /**
     * Runs to the end.
     *
     * @param known the runs that there are already, which cost nothing
     * @param executor makes runs
     * @param observer is told of each round
     * @return the last round
     * @throws PlanningException if there is no law, or the first round gave no loss at all
     */
    public Round run(List<LossPoint> known, Executor executor, Consumer<Round> observer) {
        List<LossPoint> runs = new ArrayList<>(known);
        List<Candidate> before = executor.asked();
        List<Candidate> open = new ArrayList<>(candidates);
        open.removeIf(each -> before.stream().anyMatch(each::isSameAs));
        double spent = flops(before);
        while (true) {
            Round round = plan(runs, spent, open);
            observer.accept(round);
            if (round.end().isPresent()) {
                return round;
            }
            List<LossPoint> made = executor.make(round.asked());
            if (made.isEmpty() && runs.isEmpty()) {
                throw new PlanningException(
                        "expected a loss from at least one of %d runs, found none"
                                .formatted(round.asked().size()));
            }
            spent += flops(round.asked());
            // The result of a run that was known already may have been taken.
            made.stream().filter(point -> !runs.contains(point)).forEach(runs::add);
            open.removeAll(round.asked());
        }
    }
}
