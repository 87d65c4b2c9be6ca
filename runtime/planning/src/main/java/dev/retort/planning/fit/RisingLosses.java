package dev.retort.planning.fit;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * What may be wrong with runs that give no law: losses that rise where they should fall.
 *
 * @param pairs how many pairs have one run with at least the size and the data of the other
 * @param rising in how many of them it has the higher loss
 * @param jumps in how many of those the runs are near each other, and the losses about as far apart
 *     as bits and nats
 */
record RisingLosses(long pairs, long rising, long jumps) {
    private static final double NEAR = 4;
    private static final double LEAST_JUMP = 1.2;
    private static final double MOST_JUMP = 1.5;
    private static final double MANY = 0.25;

    static RisingLosses of(List<LossPoint> points) {
        long[] counts = new long[3];
        for (LossPoint small : points) {
            for (LossPoint large : points) {
                count(small, large, counts);
            }
        }
        return new RisingLosses(counts[0], counts[1], counts[2]);
    }

    private static void count(LossPoint small, LossPoint large, long[] counts) {
        double size = large.parameters() / small.parameters();
        double data = large.tokens() / small.tokens();
        double loss = large.loss() / small.loss();
        if (size < 1 || data < 1 || size * data == 1) {
            return;
        }
        boolean isNear = size < NEAR && data < NEAR;
        boolean isJump = loss > LEAST_JUMP && loss < MOST_JUMP;
        boolean[] holds = {true, loss > 1, isNear && isJump};
        IntStream.range(0, holds.length).filter(i -> holds[i]).forEach(i -> counts[i]++);
    }

    /** The end of a sentence: what the losses show; empty if they fall as they should. */
    String hint() {
        if (jumps >= 2) {
            return String.format(
                    Locale.ROOT,
                    "; in %d pairs of like runs the larger one's loss is higher by about 1.44, the ratio of bits to nats: are units mixed?",
                    jumps);
        }
        return rising > MANY * (double) pairs
                ? String.format(
                        Locale.ROOT,
                        "; the loss rises with N and D in %d of %d pairs of runs: is it a loss, and are the columns right?",
                        rising,
                        pairs)
                : "";
    }
}
