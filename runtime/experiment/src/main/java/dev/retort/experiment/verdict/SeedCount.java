package dev.retort.experiment.verdict;

import java.util.Arrays;

/**
 * How many seeds speak for a claim, whatever the size of their differences.
 *
 * @param favourable the seeds under which the treatment was better
 * @param unfavourable the seeds under which it was worse
 * @param tied the seeds under which both arms had the same metric
 */
public record SeedCount(int favourable, int unfavourable, int tied) {
    /** What the seeds say together. */
    public enum Answer {
        /** No seed was unfavourable, and at least one was favourable. */
        FAVOURABLE,
        /** There are favourable and unfavourable seeds. */
        PARTIALLY_FAVOURABLE,
        /** No seed was favourable, and at least one was unfavourable. */
        UNFAVOURABLE,
        /** All seeds are tied. */
        TIED
    }

    /**
     * Counts.
     *
     * @param gains the differences, positive where the treatment is better
     * @return the count
     */
    static SeedCount of(double[] gains) {
        int favourable = (int) Arrays.stream(gains).filter(gain -> gain > 0).count();
        int unfavourable = (int) Arrays.stream(gains).filter(gain -> gain < 0).count();
        return new SeedCount(favourable, unfavourable, gains.length - favourable - unfavourable);
    }

    /**
     * What the seeds say together.
     *
     * @return the answer
     */
    public Answer answer() {
        if (favourable > 0) {
            return unfavourable > 0 ? Answer.PARTIALLY_FAVOURABLE : Answer.FAVOURABLE;
        }
        return unfavourable > 0 ? Answer.UNFAVOURABLE : Answer.TIED;
    }
}
