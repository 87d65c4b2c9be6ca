package dev.retort.planning.inference;

import static dev.retort.planning.PlanningException.requirePositive;

import dev.retort.planning.PlanningException;

/**
 * What one device does, each rate measured by itself on operations of the engine in use: a roofline
 * whose roof of memory depends on how much is touched. Operations follow one after another, so
 * their times add.
 *
 * @param flopsPerSecond FLOP/s of a matrix product that arithmetic bounds, positive
 * @param elementwise bytes a second, read and written together, of operations element by element
 *     whose results are in new memory
 * @param reading bytes a second of the matrix in a product with a vector, which reads it once
 * @param exponentialsPerSecond exponentials a second of an array that lies in a cache, what is read
 *     and written included, positive
 * @param secondsPerCall what an operation on nearly nothing takes, not negative
 */
public record MeasuredRates(
        double flopsPerSecond,
        Bandwidth elementwise,
        Bandwidth reading,
        double exponentialsPerSecond,
        double secondsPerCall) {
    /** Checks the numbers. */
    public MeasuredRates {
        requirePositive("number of FLOP/s", flopsPerSecond);
        requirePositive("number of exponentials per second", exponentialsPerSecond);
        if (!(secondsPerCall >= 0 && Double.isFinite(secondsPerCall))) {
            throw new PlanningException(
                    "expected seconds per call of at least 0, found " + secondsPerCall);
        }
    }

    /** The same on which calls take no time. */
    MeasuredRates withoutCalls() {
        return new MeasuredRates(flopsPerSecond, elementwise, reading, exponentialsPerSecond, 0);
    }

    /** The time of a matrix product, which either roof bounds: arithmetic or what is read. */
    double productSeconds(double flops, double bytes) {
        return secondsPerCall + Math.max(flops / flopsPerSecond, bytes / reading.at(bytes));
    }

    /**
     * The time of operations element by element.
     *
     * @param calls how many operations
     * @param bytes what each of them reads and writes
     */
    double elementwiseSeconds(double calls, double bytes) {
        return elementwiseSeconds(calls, bytes, bytes);
    }

    /**
     * The time of operations on parts of larger arrays, which may be gone from a cache when they
     * are read the next time.
     *
     * @param calls how many operations
     * @param bytes what each of them reads and writes
     * @param touched the bytes that are touched again and again
     */
    double elementwiseSeconds(double calls, double bytes, double touched) {
        return calls * (secondsPerCall + bytes / elementwise.at(touched));
    }

    /** The time of exponentials in a cache. */
    double exponentialsSeconds(double count) {
        return count / exponentialsPerSecond;
    }
}
