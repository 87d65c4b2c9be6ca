package dev.retort.planning.testtime;

import dev.retort.planning.Interval;
import dev.retort.planning.PlanningException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Two models at equal cost, such as a small one with many samples and a large one with few, over
 * the problems that both have.
 */
public final class EqualCost {
    private final Contender first;
    private final Contender second;
    private final Selector selector;
    private final List<Problem> ofFirst = new ArrayList<>();
    private final List<Problem> ofSecond = new ArrayList<>();

    /**
     * What a budget buys.
     *
     * @param budget the cost a problem
     * @param firstSamples the samples of the first model; 0 where the budget buys none
     * @param secondSamples the samples of the second model
     * @param first the share that the first answers right; empty where it has none or too few
     *     samples
     * @param second the share that the second answers right
     * @param difference first less second over the same problems; empty where one is
     * @param drawnError the standard error of the difference that is of votes that were drawn; 0
     *     where they were counted
     */
    public record Row(
            double budget,
            int firstSamples,
            int secondSamples,
            Optional<Interval> first,
            Optional<Interval> second,
            Optional<Interval> difference,
            double drawnError) {}

    /**
     * A comparison.
     *
     * @param first one model
     * @param second the other
     * @param selector how an answer is chosen
     * @throws PlanningException if they have no problem in common, their costs are in different
     *     units, or a sample lacks what the selector chooses by
     */
    public EqualCost(Contender first, Contender second, Selector selector) {
        this.first = first;
        this.second = second;
        this.selector = selector;
        Map<String, Problem> byName = new HashMap<>();
        second.results().problems().forEach(p -> byName.put(p.name(), p));
        for (Problem problem : first.results().problems()) {
            Problem other = byName.get(problem.name());
            if (other != null) {
                ofFirst.add(problem);
                ofSecond.add(other);
            }
        }
        check(first, selector);
        check(second, selector);
        if (!first.unit().equals(second.unit())) {
            throw new PlanningException(
                    "expected costs of %s and %s in one unit, found %s and %s"
                            .formatted(first.name(), second.name(), first.unit(), second.unit()));
        }
        if (ofFirst.isEmpty()) {
            throw new PlanningException(
                    "expected problems that %s and %s both answer, found none"
                            .formatted(first.name(), second.name()));
        }
    }

    private static void check(Contender contender, Selector selector) {
        contender
                .results()
                .obstacle(selector)
                .ifPresent(
                        reason -> {
                            throw new PlanningException(contender.name() + ": " + reason);
                        });
    }

    /**
     * How many problems are compared.
     *
     * @return those that both have
     */
    public int problems() {
        return ofFirst.size();
    }

    /**
     * What costs are in.
     *
     * @return the unit of both
     */
    public String unit() {
        return first.unit();
    }

    /**
     * What a budget buys of each.
     *
     * @param budget the cost a problem in the unit of the contenders, positive
     * @return the row
     */
    public Row at(double budget) {
        if (!(budget > 0 && Double.isFinite(budget))) {
            throw new PlanningException(
                    "expected a positive, finite budget a problem, found " + budget);
        }
        int firstSamples = samples(budget, first);
        int secondSamples = samples(budget, second);
        Optional<Share[]> one = shares(ofFirst, firstSamples, first.results().seed());
        Optional<Share[]> other = shares(ofSecond, secondSamples, second.results().seed());
        return new Row(
                budget,
                firstSamples,
                secondSamples,
                one.map(shares -> share(values(shares))),
                other.map(shares -> share(values(shares))),
                one.flatMap(a -> other.map(b -> difference(minus(values(a), values(b))))),
                Math.hypot(
                        one.map(ResultTable::drawnError).orElse(0.0),
                        other.map(ResultTable::drawnError).orElse(0.0)));
    }

    private static int samples(double budget, Contender contender) {
        // A budget of three samples is not to buy two by rounding.
        return (int) Math.min(budget / contender.costPerSample() * (1 + 1e-12), 1e9);
    }

    private Optional<Share[]> shares(List<Problem> problems, int k, long seed) {
        boolean possible = k >= 1 && problems.stream().allMatch(p -> p.size() >= k);
        return possible
                ? Optional.of(ResultTable.shares(problems, selector, k, seed))
                : Optional.empty();
    }

    private static double[] values(Share[] shares) {
        return Arrays.stream(shares).mapToDouble(Share::value).toArray();
    }

    private Interval share(double[] values) {
        return ProblemMean.ofShares(values, first.results().level(), first.results().seed());
    }

    private Interval difference(double[] values) {
        return ProblemMean.ofDifferences(values, first.results().level(), first.results().seed());
    }

    private static double[] minus(double[] a, double[] b) {
        double[] difference = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            difference[i] = a[i] - b[i];
        }
        return difference;
    }
}
