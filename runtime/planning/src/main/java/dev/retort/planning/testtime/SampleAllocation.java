package dev.retort.planning.testtime;

import dev.retort.planning.Interval;
import dev.retort.planning.PlanningException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.PriorityQueue;
import java.util.function.DoublePredicate;

/**
 * A budget of samples spread over problems by their difficulty. The next sample goes where it is
 * most likely to be the first right one, which is optimal, since that chance falls with each sample
 * of a problem. It presumes that a right sample is recognised, as by a test.
 *
 * @param samples the samples of each problem, in their order
 * @param coverage the share of problems that are solved
 * @param uniform the same if as many samples in all are spread evenly
 * @param uniformBudget the samples in all that, spread evenly, solve as many; empty where none that
 *     was looked at does
 * @param gain coverage less uniform where it was measured, with its interval over problems
 */
public record SampleAllocation(
        List<Integer> samples,
        double coverage,
        double uniform,
        OptionalDouble uniformBudget,
        Optional<Interval> gain) {
    private static final double MOST_UNIFORM = 1e9;
    private static final double ROUNDING = 1e-12;

    /** Copies the samples. */
    public SampleAllocation {
        samples = List.copyOf(samples);
    }

    /** The chance that the next sample of a problem is its first right one. */
    private record Next(int problem, int drawn, double chance) {}

    /**
     * Spreads a budget by what is expected of each problem, which is known beforehand.
     *
     * @param difficulties what is known of each problem, at least one
     * @param budget the samples in all, at least 1
     * @return the allocation and what is expected of it
     */
    public static SampleAllocation of(List<DifficultyPrior> difficulties, int budget) {
        int[] most = new int[difficulties.size()];
        Arrays.fill(most, Integer.MAX_VALUE);
        int[] samples = spread(difficulties, budget, most);
        double solved = 0;
        for (int i = 0; i < samples.length; i++) {
            solved += difficulties.get(i).coverage(samples[i]);
        }
        double coverage = solved / samples.length;
        OptionalDouble each = least(k -> expected(difficulties, k) >= coverage, MOST_UNIFORM);
        return new SampleAllocation(
                Arrays.stream(samples).boxed().toList(),
                coverage,
                expected(difficulties, (double) budget / samples.length),
                each.isPresent()
                        ? OptionalDouble.of(each.getAsDouble() * samples.length)
                        : OptionalDouble.empty(),
                Optional.empty());
    }

    private static double expected(List<DifficultyPrior> difficulties, double each) {
        return difficulties.stream().mapToDouble(d -> d.coverage(each)).average().orElseThrow();
    }

    /**
     * Measures what a spread by difficulty solves where the difficulty has to be found out first:
     * every problem gets some samples, and what is left of the budget goes to those that they do
     * not solve. Nothing is measured by the samples that it was chosen by.
     *
     * @param table the table
     * @param pilot how many samples of each problem tell its difficulty, at least 1: its first ones
     * @param budget the samples in all, those included; at most as many as the table has. Less is
     *     spent where the samples of what is not solved come to an end
     * @return the allocation, what it reached, and what as many samples reach that are spread
     *     evenly
     */
    public static SampleAllocation heldOut(ResultTable table, int pilot, int budget) {
        List<Problem> problems = table.problems();
        check(table, pilot, budget);
        List<Problem> first = new ArrayList<>();
        List<Problem> rest = new ArrayList<>();
        for (Problem problem : problems) {
            List<Sample> samples = problem.samples();
            first.add(new Problem(problem.name(), samples.subList(0, pilot)));
            rest.add(new Problem(problem.name(), samples.subList(pilot, samples.size())));
        }
        DifficultyPrior prior = DifficultyPrior.fit(first);
        int[] most = new int[problems.size()];
        Arrays.setAll(most, i -> first.get(i).correct() > 0 ? 0 : rest.get(i).size());
        int[] more =
                spread(
                        first.stream().map(prior::given).toList(),
                        budget - pilot * problems.size(),
                        most);
        double[] solved = new double[most.length];
        Arrays.setAll(solved, i -> first.get(i).correct() > 0 ? 1 : covered(rest.get(i), more[i]));
        double spent = (double) pilot * problems.size() + Arrays.stream(more).sum();
        double[] evenly = evenly(problems, least(k -> size(problems, k) >= spent, MOST_UNIFORM));
        double coverage = mean(solved);
        OptionalDouble equal =
                least(k -> mean(evenly(problems, OptionalDouble.of(k))) >= coverage, MOST_UNIFORM);
        double[] gain = new double[solved.length];
        Arrays.setAll(gain, i -> solved[i] - evenly[i]);
        return new SampleAllocation(
                Arrays.stream(more).mapToObj(each -> pilot + each).toList(),
                coverage,
                mean(evenly),
                equal.isPresent()
                        ? OptionalDouble.of(size(problems, equal.getAsDouble()))
                        : OptionalDouble.empty(),
                Optional.of(ProblemMean.ofDifferences(gain, table.level(), table.seed())));
    }

    private static void check(ResultTable table, int pilot, int budget) {
        List<Problem> problems = table.problems();
        if (pilot < 1 || pilot >= table.fewestSamples()) {
            throw new PlanningException(
                    "expected from 1 to %d samples a problem to tell its difficulty, found %d"
                            .formatted(table.fewestSamples() - 1, pilot));
        }
        if (problems.stream().anyMatch(p -> p.samples().isEmpty())) {
            throw new PlanningException(
                    "expected samples one by one to hold some out, found their counts");
        }
        long charged = (long) pilot * problems.size();
        long all = problems.stream().mapToLong(Problem::size).sum();
        if (budget <= charged || budget > all) {
            throw new PlanningException(
                    "expected a budget above the %d samples that tell the difficulty, up to the %d that there are, found %d"
                            .formatted(charged, all, budget));
        }
    }

    /** The samples in all if each problem gets as many, or all that it has. */
    private static double size(List<Problem> problems, double each) {
        return problems.stream().mapToDouble(p -> Math.min(each, p.size())).sum();
    }

    /**
     * What each problem is covered by then; a part of a sample is one more of that share of cases.
     */
    private static double[] evenly(List<Problem> problems, OptionalDouble each) {
        return problems.stream()
                .mapToDouble(
                        p -> {
                            double k = Math.min(each.orElse(p.size()), p.size());
                            int whole = (int) k;
                            double part = k - whole;
                            double covered = covered(p, whole);
                            return part > 0
                                    ? covered + part * (covered(p, whole + 1) - covered)
                                    : covered;
                        })
                .toArray();
    }

    private static double covered(Problem problem, int k) {
        return k == 0 ? 0 : PassAtK.estimate(problem.size(), problem.correct(), k);
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    private static int[] spread(List<DifficultyPrior> difficulties, int budget, int[] most) {
        if (budget < 1) {
            throw new PlanningException("expected a budget of at least 1 sample, found " + budget);
        }
        PriorityQueue<Next> queue =
                new PriorityQueue<>(
                        Comparator.comparingDouble(Next::chance)
                                .reversed()
                                .thenComparingInt(Next::problem));
        for (int i = 0; i < difficulties.size(); i++) {
            if (most[i] > 0) {
                queue.add(new Next(i, 0, difficulties.get(i).mean()));
            }
        }
        int[] samples = new int[difficulties.size()];
        for (int spent = 0; spent < budget && !queue.isEmpty(); spent++) {
            Next next = queue.remove();
            int drawn = next.drawn() + 1;
            samples[next.problem()] = drawn;
            if (drawn < most[next.problem()]) {
                // E[p (1−p)^k] falls by (b+k)/(a+b+k+1) from one k to the next.
                DifficultyPrior of = difficulties.get(next.problem());
                double ratio = (of.b() + drawn - 1) / (of.a() + of.b() + drawn);
                queue.add(new Next(next.problem(), drawn, next.chance() * ratio));
            }
        }
        return samples;
    }

    /** The least number of samples that is enough; empty where even the most are not. */
    private static OptionalDouble least(DoublePredicate enough, double most) {
        double low = 0;
        double high = 1;
        while (!enough.test(high)) {
            low = high;
            high *= 2;
            if (high > most) {
                return OptionalDouble.empty();
            }
        }
        while (high - low > ROUNDING * high) {
            double middle = (low + high) / 2;
            if (enough.test(middle)) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return OptionalDouble.of(high);
    }
}
