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
 * @param partCalls the same of P positions that are read at once
 */
public record StateSpaceCost(
        int width, int stateSize, int positionsAtOnce, double stepCalls, double partCalls)
        implements MixerCost {
    private static final int LINEARS = 4;

    /** Operations of a step on the numbers of a state: those of A, exp(Δ A) h + Δ x B, and C h. */
    private static final int OF_STATES = 9;

    /**
     * Operations on the numbers of all channels, of one operand and of two: the convolution with
     * four taps (8), SiLU twice (4) and softplus of Δ (2) beside their sigmoids, Δ x, D x, its
     * addition and the gate.
     */
    private static final int OF_ONE = 5;

    private static final int OF_TWO = 13;
    private static final int SIGMOIDS = 3;

    /** Further ones that put Δ and x in the order of steps, and outputs together and back. */
    private static final int ORDERING = 4;

    /** Checks the numbers. */
    public StateSpaceCost {
        if (width < 1 || stateSize < 1 || positionsAtOnce < 1) {
            throw new PlanningException(
                    "expected width, state and positions at once of at least 1, found %d, %d, %d"
                            .formatted(width, stateSize, positionsAtOnce));
        }
        PlanningException.requirePositive("number of calls of a step", stepCalls);
        PlanningException.requirePositive("number of calls of a part", partCalls);
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
        if (length <= positionsAtOnce) {
            return partSeconds(length, rates);
        }
        long parts = length / positionsAtOnce;
        long rest = length % positionsAtOnce;
        return parts * partSeconds(positionsAtOnce, rates)
                + (rest == 0 ? 0 : partSeconds(rest, rates))
                + rates.elementwiseSeconds(1, 2.0 * BYTES * length * width); // together
    }

    /** Positions that are read at once: what its calls take, and the work beside them. */
    private double partSeconds(long positions, MeasuredRates rates) {
        return positions == 1
                ? decodeSeconds(1, rates)
                : partCalls * rates.secondsPerCall() + workSeconds(positions, rates.withoutCalls());
    }

    private double workSeconds(long positions, MeasuredRates rates) {
        double inner = (double) BYTES * positions * channels();
        // An operand that is repeated is read for each of its uses; a logarithm takes about as
        // long as an exponential.
        return linears((double) positions, rates)
                + rates.elementwiseSeconds(OF_TWO, 3 * inner)
                + rates.elementwiseSeconds(OF_ONE + ORDERING, 2 * inner)
                + rates.exponentialsSeconds((SIGMOIDS + 1.0) * positions * channels())
                + decaySeconds(rates)
                + scanSeconds(positions, rates);
    }

    /** A = -exp(its logarithm). */
    private double decaySeconds(MeasuredRates rates) {
        return rates.elementwiseSeconds(1, 0)
                + rates.exponentialsSeconds(stateBytes() / BYTES)
                + rates.elementwiseSeconds(1, 2 * stateBytes());
    }

    private double scanSeconds(long positions, MeasuredRates rates) {
        int steps = (int) Math.min(chunk(positionsAtOnce), positions);
        int chunks = (int) Math.ceilDiv(positions, steps);
        double states = positions * stateBytes();
        double step = states / steps;
        double touched = 2 * states; // exp(Δ A) and Δ B x
        double walked =
                rates.elementwiseSeconds(2, 3 * states, touched) // Δ A and Δ B x
                        + rates.exponentialsSeconds(states / BYTES)
                        + rates.elementwiseSeconds(3.0 * steps, 3 * step, touched) // h and C h
                        + rates.elementwiseSeconds(steps, step, touched); // its sum
        return chunks == 1 ? walked : walked + handingSeconds(steps, chunks, states, rates);
    }

    /** The walk that gives the states at the ends of chunks, and what each hands to the next. */
    private double handingSeconds(int steps, int chunks, double states, MeasuredRates rates) {
        double ends = chunks * stateBytes();
        return rates.elementwiseSeconds(2.0 * (steps - 1), 3 * states / steps, 2 * states)
                + rates.elementwiseSeconds(1, states / stateSize) // the sum of Δ
                + rates.elementwiseSeconds(1, 3 * ends) // times A
                + rates.exponentialsSeconds(ends / BYTES)
                + rates.elementwiseSeconds(2.0 * (chunks - 1), 3 * stateBytes())
                + rates.elementwiseSeconds(1, 2 * ends); // together
    }

    @Override
    public double decodeSeconds(long context, MeasuredRates rates) {
        double small = MixerCost.smallCalls(stepCalls, LINEARS + OF_STATES);
        return linears(1, rates)
                + decaySeconds(rates)
                + rates.elementwiseSeconds(5, 3 * stateBytes()) // exp(Δ A) h + Δ x B, and C h
                + rates.elementwiseSeconds(1, 0) // exp
                + rates.exponentialsSeconds(stateBytes() / BYTES)
                + rates.elementwiseSeconds(1, stateBytes()) // the sum of C h
                + rates.elementwiseSeconds(small, 2.0 * BYTES * channels());
    }

    /** Bytes of the state after one position. */
    private double stateBytes() {
        return (double) BYTES * channels() * stateSize;
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
