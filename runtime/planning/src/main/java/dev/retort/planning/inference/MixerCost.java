package dev.retort.planning.inference;

/**
 * What a layer that mixes the positions of one sequence takes, from the operations that it is made
 * of and the measured rates of a device. Numbers have four bytes.
 */
public sealed interface MixerCost permits AttentionCost, StateSpaceCost {
    /** Bytes of a number. */
    int BYTES = 4;

    /**
     * The layer in a few words.
     *
     * @return such as {@code attention of width 128 with 2 heads}
     */
    String label();

    /**
     * What a step is made of.
     *
     * @return the time of a step of the least such layer in times of one call of the engine
     */
    double stepCalls();

    /**
     * Reading a sequence at once.
     *
     * @param length its positions, at least 1
     * @param rates the device
     * @return seconds
     */
    double prefillSeconds(long length, MeasuredRates rates);

    /**
     * One more position.
     *
     * @param context the positions before it, at least 1
     * @param rates the device
     * @return seconds
     */
    double decodeSeconds(long context, MeasuredRates rates);

    /** The calls of a step beside those that do its work. */
    static double smallCalls(double stepCalls, int working) {
        return Math.max(stepCalls - working, 0);
    }

    /** The time of a linear layer without bias on rows. */
    static double linear(double rows, double from, double to, MeasuredRates rates) {
        return rates.productSeconds(2 * rows * from * to, BYTES * (from * to + rows * (from + to)));
    }
}
