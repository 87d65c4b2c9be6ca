package dev.retort.planning.next;

import dev.retort.planning.FlopConvention;
import dev.retort.planning.Interval;
import dev.retort.planning.fit.LossPoint;
import dev.retort.planning.fit.ParametricFit;

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
 * @param expectedHalfWidth half the width of the interval that is expected after them, in nats
 */
public record NextRuns(Interval now, List<Choice> choices, double expectedHalfWidth) {
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
        return new NextRuns(now, choices, expected);
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
     * as the runs that there are do not have them.
     *
     * @param candidates the runs that could be made
     * @param made the runs that there are
     * @return the runs, the cheapest first
     */
    public static List<Candidate> first(List<Candidate> candidates, List<LossPoint> made) {
        if (candidates.isEmpty()) {
            return List.of();
        }
        List<Candidate> cheap = candidates.subList(0, Math.ceilDiv(candidates.size(), 2));
        List<Double> sizes = spread(cheap.stream().map(Candidate::parameters).toList());
        List<Candidate> first = new ArrayList<>();
        for (double size : sizes) {
            List<Double> amounts =
                    spread(
                            cheap.stream()
                                    .filter(candidate -> candidate.parameters() == size)
                                    .map(Candidate::tokens)
                                    .toList());
            amounts.forEach(tokens -> first.add(new Candidate(size, tokens)));
        }
        List<Candidate> open = open(first, made);
        open.sort(Comparator.comparingInt(candidates::indexOf));
        return List.copyOf(open);
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
