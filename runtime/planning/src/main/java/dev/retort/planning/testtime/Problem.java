package dev.retort.planning.testtime;

import dev.retort.planning.PlanningException;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.function.Predicate;

/**
 * A problem with what is known of one model's samples: all of them, or their counts alone.
 *
 * <p>Immutable. The order of its samples and the count of its answers are kept once they were asked
 * for.
 */
public final class Problem {
    private final String name;
    private final int size;
    private final int correct;
    private final List<Sample> samples;
    private @Nullable Ranking ranking;
    private @Nullable Ballot ballot;

    private Problem(String name, int size, int correct, List<Sample> samples) {
        if (size < 1 || correct < 0 || correct > size) {
            throw new PlanningException(
                    "expected at least 1 sample and at most as many right ones, found n = %d and c = %d"
                            .formatted(size, correct));
        }
        this.name = name;
        this.size = size;
        this.correct = correct;
        this.samples = List.copyOf(samples);
    }

    /**
     * A problem of which all samples are known.
     *
     * @param name its name
     * @param samples the samples, at least one
     */
    public Problem(String name, List<Sample> samples) {
        this(name, samples.size(), (int) samples.stream().filter(Sample::correct).count(), samples);
    }

    /**
     * A problem of which the counts are known.
     *
     * @param name its name
     * @param size the samples n, at least 1
     * @param correct the right ones c, at most as many
     * @return the problem
     */
    public static Problem counted(String name, int size, int correct) {
        return new Problem(name, size, correct, List.of());
    }

    /**
     * Its name.
     *
     * @return the name
     */
    public String name() {
        return name;
    }

    /**
     * How many samples there are.
     *
     * @return n, at least 1
     */
    public int size() {
        return size;
    }

    /**
     * How many of them are right.
     *
     * @return c
     */
    public int correct() {
        return correct;
    }

    /**
     * The samples.
     *
     * @return all of them, or none where only the counts are known
     */
    public List<Sample> samples() {
        return samples;
    }

    /** Whether all samples are known, and have something. */
    boolean every(Predicate<Sample> has) {
        return !samples.isEmpty() && samples.stream().allMatch(has);
    }

    /** Its samples by score; every one has to have one. */
    Ranking ranking() {
        Ranking known = ranking;
        if (known == null) {
            known = Ranking.of(samples);
            ranking = known;
        }
        return known;
    }

    /** How often each answer was given; every sample has to have one. */
    Ballot ballot() {
        Ballot known = ballot;
        if (known == null) {
            known = Ballot.of(name, samples);
            ballot = known;
        }
        return known;
    }
}
