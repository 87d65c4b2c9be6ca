package dev.retort.planning.testtime;

import dev.retort.planning.Interval;
import dev.retort.planning.PlanningException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The samples of one model on a set of problems, and what can be drawn from them. Problems are what
 * varies: intervals are BCa intervals of a bootstrap over problems, for a larger set of problems
 * like these. Where all problems have the same value, as where all or none are answered right, a
 * bootstrap sees no spread, and the interval is from the exact binomial one (Clopper-Pearson) over
 * problems.
 *
 * <p>Immutable.
 */
public final class ResultTable {
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
     * The least number of samples of a problem that another table has too: up to it two models can
     * be compared.
     *
     * @param other the other table
     * @return the number
     * @throws PlanningException if no problem is in both
     */
    public int fewestSamples(ResultTable other) {
        return common(other)
                .mapToInt(Problem::size)
                .min()
                .orElseThrow(
                        () ->
                                new PlanningException(
                                        "expected problems that both tables have, found none"));
    }

    private Stream<Problem> common(ResultTable other) {
        Set<String> names = other.problems.stream().map(Problem::name).collect(Collectors.toSet());
        return problems.stream().filter(p -> names.contains(p.name()));
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
        return tokensPerSample(common(other).toList());
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
        return ProblemMean.ofShares(
                problems.stream().mapToDouble(p -> covered(p, k)).toArray(), level, seed);
    }

    private static double covered(Problem problem, int k) {
        return PassAtK.estimate(problem.size(), problem.correct(), k);
    }

    /**
     * What a way of choosing reaches with k samples, and what it leaves of the coverage.
     *
     * @param selector how one answer is chosen
     * @param k from 1 to the least number of samples
     * @return the mean over problems
     * @throws PlanningException if the table has an {@linkplain #obstacle obstacle}
     */
    public Chosen chosen(Selector selector, int k) {
        checkK(k);
        obstacle(selector)
                .ifPresent(
                        reason -> {
                            throw new PlanningException(reason);
                        });
        Share[] shares = shares(problems, selector, k, seed);
        double[] values = Arrays.stream(shares).mapToDouble(Share::value).toArray();
        double[] missed = new double[values.length];
        Arrays.setAll(missed, i -> covered(problems.get(i), k) - values[i]);
        // Of one sample nothing is chosen, and coverage chooses as well as it covers.
        boolean hasNoGap = k == 1 || selector == Selector.COVERAGE;
        return new Chosen(
                ProblemMean.ofShares(values, level, seed),
                hasNoGap ? new Interval(0, 0, 0, level) : ProblemMean.ofShares(missed, level, seed),
                drawnError(shares));
    }

    static Share[] shares(List<Problem> problems, Selector selector, int k, long seed) {
        return problems.stream().map(p -> selector.of(p, k, seed)).toArray(Share[]::new);
    }

    /** The standard error of a mean of shares of which some were drawn. */
    static double drawnError(Share[] shares) {
        return Math.sqrt(Arrays.stream(shares).mapToDouble(s -> s.error() * s.error()).sum())
                / shares.length;
    }

    /**
     * Why a selector cannot choose from this table.
     *
     * @param selector how one answer would be chosen
     * @return what was expected and what was found; empty if it can
     */
    public Optional<String> obstacle(Selector selector) {
        return switch (selector) {
            case COVERAGE -> Optional.empty();
            case BEST_OF ->
                    every(s -> s.score().isPresent())
                            ? Optional.empty()
                            : Optional.of(
                                    "expected the score of a verifier for every sample, found samples"
                                            + " without");
            case MAJORITY ->
                    hasAnswers()
                            ? torn()
                            : Optional.of(
                                    "expected the answer of every sample for a vote, found samples"
                                            + " without");
        };
    }

    /** What is said of an answer that counts as right and wrong. */
    private Optional<String> torn() {
        try {
            problems.forEach(Problem::ballot);
            return Optional.empty();
        } catch (PlanningException e) {
            return Optional.of(e.getMessage());
        }
    }

    /**
     * Whether every sample has an answer.
     *
     * @return whether a vote fails, if it does, for another reason than that answers are missing
     */
    public boolean hasAnswers() {
        return every(s -> s.answer().isPresent());
    }

    /**
     * How many samples lack something, of those that are known one by one.
     *
     * @param has whether a sample has it
     * @return the number of samples that do not
     */
    public long lacking(Predicate<Sample> has) {
        return problems.stream().flatMap(p -> p.samples().stream()).filter(has.negate()).count();
    }

    private boolean every(Predicate<Sample> has) {
        return problems.stream().allMatch(p -> p.every(has));
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
