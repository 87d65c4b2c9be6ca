package dev.retort.planning.inference;

import dev.retort.planning.PlanningException;

/**
 * A layer of causal attention by a kernel that skips what the mask hides and keeps its tiles in
 * cache: 2 L² · width FLOPs for scores and values together, heads · L²/2 exponentials, and the
 * linear layers for queries, keys, values and output. Decoding reads the keys and values of all
 * positions.
 *
 * @param width elements of a position, at least 1
 * @param heads heads, at least 1
 * @param stepCalls the time of a step of the least such layer in times of one call, as measured
 *     with the engine in use: how many calls a step is made of, copies and views included
 */
public record AttentionCost(int width, int heads, double stepCalls) implements MixerCost {
    /** The linear layers of a step and its attention. */
    private static final int PRODUCTS = 3;

    /** Checks the numbers. */
    public AttentionCost {
        if (width < 1 || heads < 1) {
            throw new PlanningException(
                    "expected a width and heads of at least 1, found %d and %d"
                            .formatted(width, heads));
        }
        PlanningException.requirePositive("number of calls of a step", stepCalls);
    }

    @Override
    public String label() {
        return "attention of width %d with %d heads".formatted(width, heads);
    }

    @Override
    public double prefillSeconds(long length, MeasuredRates rates) {
        double rows = length;
        double pairs = rows * rows / 2;
        double kernel = rates.productSeconds(4 * pairs * width, 4.0 * BYTES * rows * width);
        return MixerCost.linear(rows, width, 3.0 * width, rates)
                + kernel
                + rates.exponentialsSeconds(heads * pairs)
                + rates.elementwiseSeconds(1, 2.0 * BYTES * rows * width)
                + rates.elementwiseSeconds(MixerCost.smallCalls(stepCalls, PRODUCTS), 0)
                + MixerCost.linear(rows, width, width, rates);
    }

    @Override
    public double decodeSeconds(long context, MeasuredRates rates) {
        double seen = context + 1.0;
        return MixerCost.linear(1, width, 3.0 * width, rates)
                + rates.productSeconds(4 * seen * width, 2.0 * BYTES * seen * width)
                + rates.exponentialsSeconds(heads * seen)
                + rates.elementwiseSeconds(
                        MixerCost.smallCalls(stepCalls, PRODUCTS), 2.0 * BYTES * width)
                + MixerCost.linear(1, width, width, rates);
    }
}
