package dev.retort.planning.testtime;

import dev.retort.planning.PlanningException;

import java.util.List;
import java.util.function.Predicate;

/**
 * A problem with what is known of one model's samples: all of them, or their counts alone.
 *
 * @param name its name
 * @param size how many samples there are, n, at least 1
 * @param correct how many of them are right, c
 * @param samples the samples, or none where only the counts are known
 */
public record Problem(String name, int size, int correct, List<Sample> samples) {
    /** Checks the counts and copies the samples. */
    public Problem {
        samples = List.copyOf(samples);
        if (size < 1 || correct < 0 || correct > size) {
            throw new PlanningException(
                    "expected at least 1 sample and at most as many right ones, found n = %d and c = %d"
                            .formatted(size, correct));
        }
        if (!samples.isEmpty() && samples.size() != size) {
            throw new PlanningException(
                    "expected all %d samples of problem %s or none, found %d"
                            .formatted(size, name, samples.size()));
        }
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

    /** Whether all samples are known, and have something. */
    boolean every(Predicate<Sample> has) {
        return !samples.isEmpty() && samples.stream().allMatch(has);
    }
}
