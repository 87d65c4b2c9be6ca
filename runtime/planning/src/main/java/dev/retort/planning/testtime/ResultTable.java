package dev.retort.planning.testtime;

import dev.retort.planning.Interval;
import dev.retort.planning.PlanningException;
import dev.retort.planning.solve.Resamples;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Collectors;

/**
 * The samples of one model on a set of problems, and what can be drawn from them. Problems are what
 * varies: intervals are BCa intervals of a bootstrap over problems, for a larger set of problems
 * like these.
 *
 * <p>Immutable.
 */
public final class ResultTable {
    private static final int REPLICATES = 2000;

    private final List<Problem> problems;
    private final double level;
    private final long seed;

    private ResultTable(List<Problem> problems, double level, long seed) {
        this.problems = problems;
        this.level = level;
        this.seed = seed;
    }

    /**
     * A table.
     *
     * @param samples the samples of one model, at least one
     * @return the table, with intervals of 95 %
     * @throws PlanningException if there is none
     */
    public static ResultTable of(List<Sample> samples) {
        if (samples.isEmpty()) {
            throw new PlanningException("expected at least one sample, found none");
        }
        Map<String, List<Sample>> byProblem = new LinkedHashMap<>();
        for (Sample sample : samples) {
            byProblem.computeIfAbsent(sample.problem(), _ -> new ArrayList<>()).add(sample);
        }
        List<Problem> problems = new ArrayList<>();
        byProblem.forEach((name, all) -> problems.add(new Problem(name, all)));
        return new ResultTable(List.copyOf(problems), 0.95, 1);
    }

    /**
     * A table of counts: estimates that look at single samples are not to be had of it.
     *
     * @param problems the problems, at least one, each once
     * @return the table, with intervals of 95 %
     * @throws PlanningException if there is none, or one twice
     */
    public static ResultTable ofProblems(List<Problem> problems) {
        if (problems.isEmpty()) {
            throw new PlanningException("expected at least one problem, found none");
        }
        Set<String> names = new HashSet<>();
        for (Problem problem : problems) {
            if (!names.add(problem.name())) {
                throw new PlanningException(
                        "expected each problem once, found %s twice".formatted(problem.name()));
            }
        }
        return new ResultTable(List.copyOf(problems), 0.95, 1);
    }

    /**
     * The table with other intervals.
     *
     * @param confidence above 0 and below 1
     * @param start the seed of the bootstrap
     * @return the changed table
     */
    public ResultTable withIntervals(double confidence, long start) {
        if (!(confidence > 0 && confidence < 1)) {
            throw new PlanningException(
                    "expected a confidence above 0 and below 1, such as 0.95, found " + confidence);
        }
        return new ResultTable(problems, confidence, start);
    }

    /**
     * The problems.
     *
     * @return in the order of the samples
     */
    public List<Problem> problems() {
        return problems;
    }

    /**
     * The least number of samples of a problem: up to it the estimates are unbiased.
     *
     * @return the number
     */
    public int fewestSamples() {
        return problems.stream().mapToInt(p -> p.size()).min().orElseThrow();
    }

    /**
     * The mean tokens of a sample.
     *
     * @return the mean; empty if a sample does not say
     */
    public OptionalDouble tokensPerSample() {
        return tokensPerSample(problems);
    }

    /**
     * The mean tokens of a sample of the problems that another table has too, over which two models
     * are compared.
     *
     * @param other the other table
     * @return the mean; empty if a sample does not say, or no problem is in both
     */
    public OptionalDouble tokensPerSample(ResultTable other) {
        Set<String> names = other.problems.stream().map(Problem::name).collect(Collectors.toSet());
        return tokensPerSample(problems.stream().filter(p -> names.contains(p.name())).toList());
    }

    private static OptionalDouble tokensPerSample(List<Problem> problems) {
        return problems.stream().allMatch(p -> p.every(s -> s.tokens().isPresent()))
                ? problems.stream()
                        .flatMap(p -> p.samples().stream())
                        .mapToDouble(s -> s.tokens().orElseThrow())
                        .average()
                : OptionalDouble.empty();
    }

    /**
     * Coverage: the chance that one of k samples is right.
     *
     * @param k from 1 to the least number of samples
     * @return the mean over problems with its interval
     */
    public Interval passAtK(int k) {
        checkK(k);
        return mean(p -> PassAtK.estimate(p.size(), p.correct(), k));
    }

    /**
     * Best of k: the chance that the sample which the verifier likes best is right. Samples of one
     * score are as likely as each other to be taken.
     *
     * @param k from 1 to the least number of samples
     * @return the mean over problems with its interval
     * @throws PlanningException if a sample has no score
     */
    public Interval bestOf(int k) {
        checkK(k);
        if (!hasScores()) {
            throw new PlanningException(
                    "expected the score of a verifier for every sample, found samples without");
        }
        return mean(p -> Selection.bestOf(p, k));
    }

    /**
     * Majority vote: the chance that the answer given most often among k samples is right. Answers
     * given equally often are as likely as each other to be taken.
     *
     * @param k from 1 to the least number of samples
     * @return the mean over problems with its interval; of draws where there are too many to count
     * @throws PlanningException if a sample has no answer, or one answer counts as right and wrong
     */
    public Interval majority(int k) {
        checkK(k);
        if (!hasAnswers()) {
            throw new PlanningException(
                    "expected the answer of every sample for a vote, found samples without");
        }
        return mean(p -> Vote.majority(p, k, seed));
    }

    /**
     * Whether every sample has a verifier's score.
     *
     * @return whether {@link #bestOf} answers
     */
    public boolean hasScores() {
        return problems.stream().allMatch(p -> p.every(s -> s.score().isPresent()));
    }

    /**
     * Whether every sample has an answer for a vote.
     *
     * @return whether {@link #majority} answers
     */
    public boolean hasAnswers() {
        return problems.stream().allMatch(p -> p.every(s -> s.answer().isPresent()));
    }

    /**
     * The gap between what is covered and what a verifier chooses.
     *
     * @param k from 1 to the least number of samples
     * @return the mean difference over problems with its interval, not negative but for rounding
     */
    public Interval gapOfBest(int k) {
        bestOf(k);
        return mean(p -> PassAtK.estimate(p.size(), p.correct(), k) - Selection.bestOf(p, k));
    }

    /**
     * The gap between what is covered and what a vote chooses.
     *
     * @param k from 1 to the least number of samples
     * @return the mean difference over problems with its interval
     */
    public Interval gapOfMajority(int k) {
        majority(k);
        return mean(p -> PassAtK.estimate(p.size(), p.correct(), k) - Vote.majority(p, k, seed));
    }

    /** The mean of a quantity of problems with its interval. */
    Interval mean(ToDoubleFunction<Problem> quantity) {
        double[] values = problems.stream().mapToDouble(quantity).toArray();
        return mean(values, level, seed);
    }

    static Interval mean(double[] values, double level, long seed) {
        int n = values.length;
        double sum = Arrays.stream(values).sum();
        if (n == 1) {
            return new Interval(sum, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, level);
        }
        double[] replicates = replicates(n, seed, index -> values[index]);
        double[] left = Arrays.stream(values).map(value -> (sum - value) / (n - 1)).toArray();
        return Resamples.interval(sum / n, replicates, left, level);
    }

    /** Sorted means over resampled problems. */
    static double[] replicates(
            int problems, long seed, java.util.function.IntToDoubleFunction value) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        double[] means = new double[REPLICATES];
        for (int i = 0; i < REPLICATES; i++) {
            double sum = 0;
            for (int j = 0; j < problems; j++) {
                sum += value.applyAsDouble(random.nextInt(problems));
            }
            means[i] = sum / problems;
        }
        Arrays.sort(means);
        return means;
    }

    double level() {
        return level;
    }

    long seed() {
        return seed;
    }

    private void checkK(int k) {
        int most = fewestSamples();
        if (k < 1 || k > most) {
            throw new PlanningException(
                    "expected k from 1 to the %d samples that every problem has, found %d"
                            .formatted(most, k));
        }
    }
}
