package dev.retort.planning.inference;

import dev.retort.planning.PlanningException;

/**
 * A layer of a selective state space (Mamba's S6) whose scan is made of operations element by
 * element on L · channels · N numbers, in chunks of about √L positions: two walks through the
 * chunks, a multiplication and an addition a position in each, and what prepares and reads the
 * states. Its time is proportional to the length, and a step's does not depend on it.
 *
 * @param width elements of a position, at least 1
 * @param stateSize N, elements of the state of a channel, at least 1
 * @param stepCalls the time of a step of the least such layer in times of one call, as measured
 *     with the engine in use: how many calls a step is made of, copies and views included
 */
public record StateSpaceCost(int width, int stateSize, double stepCalls) implements MixerCost {
    private static final int TAPS = 4;

    /** The operations of a step that read or write whole states: exp(Δ A) h + Δ x B, and C h. */
    private static final int OF_STATES = 6;

    private static final int LINEARS = 4;

    /** Checks the numbers. */
    public StateSpaceCost {
        if (width < 1 || stateSize < 1) {
            throw new PlanningException(
                    "expected a width and a state of at least 1, found %d and %d"
                            .formatted(width, stateSize));
        }
        PlanningException.requirePositive("number of calls of a step", stepCalls);
    }

    /**
     * The positions of a chunk that a length is read in: about its root, a power of two.
     *
     * @param length the length, at least 1
     * @return the positions
     */
    public static int chunk(long length) {
        return 1 << (int) Math.round(Math.log((double) length) / Math.log(2) / 2);
    }

    @Override
    public String label() {
        return "SSM of width %d with %d elements of state a channel".formatted(width, stateSize);
    }

    @Override
    public double prefillSeconds(long length, MeasuredRates rates) {
        double rows = length;
        double inner = BYTES * rows * channels();
        double convolution =
                rates.elementwise(TAPS, 2 * inner) + rates.elementwise(TAPS, 3 * inner);
        // SiLU twice, softplus of a Δ, D x and the gate, and the order of steps and back.
        double gates = rates.elementwise(10, 2 * inner) + rates.exponentials(4 * rows * channels());
        return linears(rows, rates) + convolution + gates + scanSeconds(length, rates);
    }

    private double scanSeconds(long length, MeasuredRates rates) {
        double states = (double) length * channels() * stateSize;
        double whole = BYTES * states;
        int chunk = chunk(length);
        double step = whole / chunk;
        double chunks = Math.ceilDiv(length, chunk);
        double handed = BYTES * (double) channels() * stateSize;
        return rates.elementwise(2, whole) // Δ A and Δ B x, of small arrays
                + rates.elementwise(1, 2 * whole) // exp
                + rates.exponentials(states)
                + rates.elementwise(2.0 * 2 * chunk, 3 * step, 3 * whole) // two walks
                + rates.elementwise(2 * chunks, 3 * handed) // from chunk to chunk
                + rates.elementwise(1, 2 * whole) // the states together
                + rates.elementwise(1, 2 * whole) // times C
                + rates.elementwise(1, whole); // their sum
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
