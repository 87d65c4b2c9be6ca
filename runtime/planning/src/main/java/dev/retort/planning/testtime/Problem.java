package dev.retort.planning.testtime;

import java.util.List;

/**
 * A problem with all samples of one model.
 *
 * @param name its name
 * @param samples the samples, at least one
 */
public record Problem(String name, List<Sample> samples) {
    /** Copies the samples. */
    public Problem {
        samples = List.copyOf(samples);
    }

    /**
     * How many samples are right.
     *
     * @return c
     */
    public int correct() {
        return (int) samples.stream().filter(Sample::correct).count();
    }
}
