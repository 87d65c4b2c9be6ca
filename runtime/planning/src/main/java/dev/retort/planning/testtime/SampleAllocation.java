package dev.retort.planning.testtime;

import dev.retort.planning.Interval;
import dev.retort.planning.PlanningException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * A budget of samples spread over problems by their difficulty. The next sample goes where it is
 * most likely to be the first right one, which is optimal, since that chance falls with each sample
 * of a problem. It presumes that a right sample is recognised, as by a test.
 *
 * @param samples the samples of each problem, in their order
 * @param coverage the expected share of problems that are solved
 * @param uniform the same if every problem gets as many
 * @param uniformBudget the budget that uniform samples need for the same coverage; infinite where
 *     no budget does
 * @param gain coverage less uniform where it was measured, with its interval over problems
 */
@SuppressWarnings("ArrayRecordComponent") // never compared as a whole
public record SampleAllocation(
        int[] samples,
        double coverage,
        double uniform,
        double uniformBudget,
        Optional<Interval> gain) {
    private static final double MOST_UNIFORM = 1e9;

    /** The chance that the next sample of a problem is its first right one. */
    private record Next(int problem, int drawn, double chance) {}

    /**
     * Spreads a budget by what is expected of each problem.
     *
     * @param difficulties what is known of each problem, at least one
     * @param budget the samples in all, at least 1
     * @return the allocation and what is expected of it
     */
    public static SampleAllocation of(List<DifficultyPrior> difficulties, int budget) {
        int[] samples =
                spread(
                        difficulties,
                        budget,
                        difficulties.stream().mapToInt(_ -> Integer.MAX_VALUE).toArray());
        double solved = 0;
        for (int i = 0; i < samples.length; i++) {
            solved += difficulties.get(i).coverage(samples[i]);
        }
        double coverage = solved / samples.length;
        return new SampleAllocation(
                samples,
                coverage,
                uniform(difficulties, (double) budget / samples.length),
                budgetFor(difficulties, coverage),
                Optional.empty());
    }

    /**
     * Spreads a budget by the first samples of each problem and measures it by the others, so that
     * nothing is measured by what was chosen by.
     *
     * @param table the table
     * @param pilot how many samples of each problem tell its difficulty, at least 1; they are part
     *     of no budget
     * @param budget the samples in all, at most those that are left
     * @return the allocation and what it reached; the budget that uniform samples need is not
     *     estimated
     */
    public static SampleAllocation heldOut(ResultTable table, int pilot, int budget) {
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
        List<Problem> first = new ArrayList<>();
        List<Problem> rest = new ArrayList<>();
        for (Problem problem : problems) {
            List<Sample> samples = problem.samples();
            first.add(new Problem(problem.name(), samples.subList(0, pilot)));
            rest.add(new Problem(problem.name(), samples.subList(pilot, samples.size())));
        }
        int[] left = rest.stream().mapToInt(p -> p.size()).toArray();
        if (budget > Arrays.stream(left).asLongStream().sum() || budget < problems.size()) {
            throw new PlanningException(
                    "expected a budget from %d samples, one a problem, to the %d that are left, found %d"
                            .formatted(
                                    problems.size(),
                                    Arrays.stream(left).asLongStream().sum(),
                                    budget));
        }
        DifficultyPrior prior = DifficultyPrior.fit(first);
        int[] samples = spread(first.stream().map(prior::given).toList(), budget, left);
        double[] adaptive = new double[samples.length];
        double[] uniform = new double[samples.length];
        int each = budget / problems.size();
        // What does not divide evenly is one more sample of as many problems, whichever they are.
        double more = (double) (budget % problems.size()) / problems.size();
        for (int i = 0; i < samples.length; i++) {
            adaptive[i] = reached(rest.get(i), samples[i]);
            uniform[i] =
                    (1 - more) * reached(rest.get(i), Math.min(each, left[i]))
                            + more * reached(rest.get(i), Math.min(each + 1, left[i]));
        }
        double[] gain = new double[samples.length];
        Arrays.setAll(gain, i -> adaptive[i] - uniform[i]);
        return new SampleAllocation(
                samples,
                Arrays.stream(adaptive).average().orElseThrow(),
                Arrays.stream(uniform).average().orElseThrow(),
                Double.NaN,
                Optional.of(ResultTable.mean(gain, table.level(), table.seed())));
    }

    private static double reached(Problem problem, int k) {
        return k == 0 ? 0 : PassAtK.estimate(problem.size(), problem.correct(), k);
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
            queue.add(new Next(i, 0, difficulties.get(i).mean()));
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

    private static double uniform(List<DifficultyPrior> difficulties, double each) {
        return difficulties.stream().mapToDouble(d -> d.coverage(each)).average().orElseThrow();
    }

    private static double budgetFor(List<DifficultyPrior> difficulties, double coverage) {
        double low = 0;
        double high = 1;
        while (uniform(difficulties, high) < coverage) {
            low = high;
            high *= 2;
            if (high > MOST_UNIFORM) {
                return Double.POSITIVE_INFINITY;
            }
        }
        for (int i = 0; i < 60; i++) {
            double middle = (low + high) / 2;
            if (uniform(difficulties, middle) < coverage) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high * difficulties.size();
    }
}
