package dev.retort.planning.inference;

import dev.retort.planning.PlanningException;

/**
 * A layer of a selective state space (Mamba's S6) that reads a number P of positions at once, by a
 * scan of operations element by element on P · channels · N numbers, in chunks of about √P
 * positions: two walks through the chunks, a multiplication and an addition a position in each, and
 * what prepares and reads the states. Its time is proportional to the length, and a step's does not
 * depend on it.
 *
 * @param width elements of a position, at least 1
 * @param stateSize N, elements of the state of a channel, at least 1
 * @param positionsAtOnce P, at least 1
 * @param stepCalls the time of a step of the least such layer in times of one call, as measured
 *     with the engine in use: how many calls a step is made of, copies and views included
 */
public record StateSpaceCost(int width, int stateSize, int positionsAtOnce, double stepCalls)
        implements MixerCost {
    private static final int TAPS = 4;

    /** The operations of a step that read or write whole states: exp(Δ A) h + Δ x B, and C h. */
    private static final int OF_STATES = 6;

    private static final int LINEARS = 4;

    /** Checks the numbers. */
    public StateSpaceCost {
        if (width < 1 || stateSize < 1 || positionsAtOnce < 1) {
            throw new PlanningException(
                    "expected width, state and positions at once of at least 1, found %d, %d, %d"
                            .formatted(width, stateSize, positionsAtOnce));
        }
        PlanningException.requirePositive("number of calls of a step", stepCalls);
    }

    /**
     * The positions of a chunk: about the root of those that are read at once, a power of two.
     *
     * @param positions read at once, at least 1
     * @return the positions of a chunk
     */
    public static int chunk(long positions) {
        return 1 << (int) Math.round(Math.log((double) positions) / Math.log(2) / 2);
    }

    @Override
    public String label() {
        return "SSM of width %d with %d elements of state a channel".formatted(width, stateSize);
    }

    @Override
    public double prefillSeconds(long length, MeasuredRates rates) {
        long whole = length / positionsAtOnce;
        long rest = length % positionsAtOnce;
        return whole * partSeconds(positionsAtOnce, rates)
                + (rest == 0 ? 0 : partSeconds(rest, rates))
                + rates.elementwise(1, 2.0 * BYTES * length * width); // the outputs together
    }

    /** Positions that are read at once. */
    private double partSeconds(long positions, MeasuredRates rates) {
        double inner = (double) BYTES * positions * channels();
        double convolution =
                rates.elementwise(TAPS, 2 * inner) + rates.elementwise(TAPS, 3 * inner);
        // SiLU twice, softplus of a Δ, D x and the gate, and the order of steps and back.
        double gates =
                rates.elementwise(10, 2 * inner) + rates.exponentials(4.0 * positions * channels());
        // Those of a step, and a part of four arrays for each position of a chunk.
        double views =
                MixerCost.smallCalls(stepCalls, LINEARS + OF_STATES)
                        + 4.0 * Math.min(chunk(positionsAtOnce), positions);
        return linears((double) positions, rates)
                + convolution
                + gates
                + scanSeconds(positions, rates)
                + rates.elementwise(views, 0);
    }

    private double scanSeconds(long positions, MeasuredRates rates) {
        double handed = (double) BYTES * channels() * stateSize;
        double states = positions * handed;
        double touched = 3 * states;
        int steps = (int) Math.min(chunk(positionsAtOnce), positions);
        double chunks = Math.ceilDiv(positions, steps);
        double step = states / steps;
        // An operand that is repeated is read for each of its uses.
        return rates.elementwise(2, 3 * states, touched) // Δ A and Δ B x
                + rates.exponentials(states / BYTES)
                + rates.elementwise(2.0 * 2 * steps, 3 * step, touched) // two walks
                + rates.elementwise(2 * chunks, 3 * handed) // from chunk to chunk
                + rates.elementwise(steps, 3 * step, touched) // times C
                + rates.elementwise(steps, step, touched); // their sums
    }

    @Override
    public double decodeSeconds(long context, MeasuredRates rates) {
        double state = BYTES * (double) channels() * stateSize;
        return linears(1, rates)
                + rates.elementwise(OF_STATES, 2 * state)
                + rates.exponentials((double) channels() * stateSize)
                + rates.elementwise(
                        MixerCost.smallCalls(stepCalls, LINEARS + OF_STATES),
                        2.0 * BYTES * channels());
    }

    private double linears(double rows, MeasuredRates rates) {
        double rank = Math.ceilDiv(width, 16);
        return MixerCost.linear(rows, width, 2.0 * channels(), rates)
                + MixerCost.linear(rows, channels(), rank + 2 * stateSize, rates)
                + MixerCost.linear(rows, rank, channels(), rates)
                + MixerCost.linear(rows, channels(), width, rates);
    }

    private int channels() {
        return 2 * width;
    }
}
