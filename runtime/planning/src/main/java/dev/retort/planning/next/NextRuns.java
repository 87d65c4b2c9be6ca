package dev.retort.planning.next;

import dev.retort.planning.FlopConvention;
import dev.retort.planning.Interval;
import dev.retort.planning.PlanningException;
import dev.retort.planning.fit.LossPoint;
import dev.retort.planning.fit.ParametricFit;
import dev.retort.planning.report.Figures;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The runs to make next: one after another the one that takes most of the extrapolation's variance
 * for a FLOP, the ones before it counted as made.
 *
 * @param now the interval of the extrapolated loss
 * @param choices the runs, none if the interval is tight enough or no run is left that can be paid
 */
public record NextRuns(Interval now, List<Choice> choices) {
    /** Sizes and amounts of data that a first law needs. */
    private static final int FIRST_LEVELS = 3;

    /** Copies the list. */
    public NextRuns {
        choices = List.copyOf(choices);
    }

    /**
     * A run and why it is chosen.
     *
     * @param candidate the run
     * @param flops what it takes
     * @param removed the share of the extrapolation's variance that it is expected to take, of what
     *     the runs before it leave
     */
    public record Choice(Candidate candidate, double flops, double removed) {}

    /**
     * Chooses.
     *
     * @param fit the law so far
     * @param decision what it is for
     * @param candidates the runs that could be made; those that are points of the fit are left out
     * @param budget the FLOPs that are left
     * @param most the most runs to choose, which are made at a time, at least 1
     * @return the runs; fewer where fewer are expected to be enough
     */
    public static NextRuns of(
            ParametricFit fit,
            Decision decision,
            List<Candidate> candidates,
            double budget,
            int most) {
        Interval now = decision.interval(fit);
        LawInformation information = new LawInformation(fit);
        double before = information.variance(decision);
        List<Candidate> open = open(candidates, fit.points());
        List<Choice> choices = new ArrayList<>();
        FlopConvention convention = fit.options().convention();
        double left = budget;
        double expected = Decision.halfWidth(now);
        while (choices.size() < most && expected > decision.tolerance()) {
            Optional<Choice> best = best(information, decision, open, convention, left);
            if (best.isEmpty()) {
                break;
            }
            Choice choice = best.get();
            choices.add(choice);
            open.remove(choice.candidate());
            information.add(choice.candidate());
            left -= choice.flops();
            // The bootstrap's interval shrinks as the linearised deviation does.
            expected = Decision.halfWidth(now) * Math.sqrt(information.variance(decision) / before);
        }
        return new NextRuns(now, choices);
    }

    private static Optional<Choice> best(
            LawInformation information,
            Decision decision,
            List<Candidate> open,
            FlopConvention convention,
            double left) {
        double variance = information.variance(decision);
        return open.stream()
                .map(
                        candidate ->
                                new Choice(
                                        candidate,
                                        candidate.flops(convention),
                                        information.reduction(decision, candidate) / variance))
                .filter(choice -> choice.flops() <= left)
                .max(Comparator.comparingDouble(choice -> choice.removed() / choice.flops()));
    }

    /**
     * The runs to begin with, where a law cannot be fitted yet: the smallest, the middle and the
     * largest size that leave a choice of data, each with the least, middling and most data, as far
     * as the runs that there are do not have them, and the cheapest others until there can be a
     * law. Where those cannot be paid, the cheapest runs that there can be a law of.
     *
     * @param candidates the runs that could be made, the cheapest first
     * @param left those of them that were not asked for yet, the cheapest first
     * @param made the runs that there are
     * @param convention how FLOPs are counted
     * @param budget the FLOPs that are left
     * @param most the most runs to choose, which are made at a time, at least 1
     * @return the runs, the cheapest first; none where none is left to be made
     * @throws PlanningException if there could be no law even of all candidates, or none that can
     *     be paid
     */
    public static List<Candidate> first(
            List<Candidate> candidates,
            List<Candidate> left,
            List<LossPoint> made,
            FlopConvention convention,
            double budget,
            int most) {
        List<Candidate> all = allFirst(candidates, open(left, made), made, convention, budget);
        return all.subList(0, Math.min(most, all.size()));
    }

    private static List<Candidate> allFirst(
            List<Candidate> candidates,
            List<Candidate> open,
            List<LossPoint> made,
            FlopConvention convention,
            double budget) {
        // The same design round by round, until it is made.
        List<Candidate> design = crossed(candidates).stream().filter(open::contains).toList();
        List<Candidate> spread = extended(design.isEmpty() ? crossed(open) : design, open, made);
        if (flops(spread, convention) <= budget) {
            return spread;
        }
        List<Candidate> cheapest = extended(List.of(), open, made);
        double needed = flops(cheapest, convention);
        if (needed > budget) {
            throw new PlanningException(
                    "expected at least %s FLOPs for the runs of a first law, found %s left"
                            .formatted(Figures.number(needed), Figures.number(budget)));
        }
        // Where the runs are enough but too noisy for a law, any further one helps.
        return cheapest.isEmpty() ? affordable(spread, convention, budget) : cheapest;
    }

    private static List<Candidate> affordable(
            List<Candidate> runs, FlopConvention convention, double budget) {
        List<Candidate> paid = new ArrayList<>();
        double left = budget;
        for (Candidate run : runs) {
            double flops = run.flops(convention);
            if (flops <= left) {
                paid.add(run);
                left -= flops;
            }
        }
        return paid;
    }

    private static double flops(List<Candidate> runs, FlopConvention convention) {
        return runs.stream().mapToDouble(run -> run.flops(convention)).sum();
    }

    private static List<Candidate> crossed(List<Candidate> candidates) {
        List<Candidate> cheap = candidates.subList(0, Math.ceilDiv(candidates.size(), 2));
        List<Candidate> crossed = new ArrayList<>();
        for (double size : spread(cheap.stream().map(Candidate::parameters).toList())) {
            spread(
                            cheap.stream()
                                    .filter(candidate -> candidate.parameters() == size)
                                    .map(Candidate::tokens)
                                    .toList())
                    .forEach(tokens -> crossed.add(new Candidate(size, tokens)));
        }
        return crossed;
    }

    /** Adds the cheapest until the runs are enough for a law. */
    private static List<Candidate> extended(
            List<Candidate> wanted, List<Candidate> open, List<LossPoint> made) {
        List<Candidate> all = new ArrayList<>(wanted);
        List<LossPoint> points = new ArrayList<>(made);
        wanted.forEach(each -> points.add(unmeasured(each)));
        for (Candidate each : open) {
            if (ParametricFit.missing(points).isEmpty()) {
                break;
            }
            if (!wanted.contains(each)) {
                all.add(each);
                points.add(unmeasured(each));
            }
        }
        List<String> missing = ParametricFit.missing(points);
        if (!missing.isEmpty()) {
            throw new PlanningException(
                    "expected candidates that make a first law, found %d beside %d runs"
                            .formatted(open.size(), made.size()),
                    missing);
        }
        all.sort(Comparator.comparingInt(open::indexOf));
        return List.copyOf(all);
    }

    /** Whether there can be a law does not depend on the loss. */
    private static LossPoint unmeasured(Candidate run) {
        return LossPoint.of(run.parameters(), run.tokens(), 1);
    }

    private static List<Double> spread(List<Double> values) {
        List<Double> sorted = values.stream().distinct().sorted().toList();
        int last = sorted.size() - 1;
        return last < FIRST_LEVELS
                ? sorted
                : List.of(sorted.getFirst(), sorted.get(last / 2), sorted.getLast());
    }

    private static List<Candidate> open(List<Candidate> candidates, List<LossPoint> made) {
        List<Candidate> open = new ArrayList<>(candidates);
        open.removeIf(candidate -> made.stream().anyMatch(candidate::isMadeBy));
        return open;
    }
}
