package dev.retort.planning.inference;

import static dev.retort.planning.PlanningException.requirePositive;

import dev.retort.planning.PlanningException;

/**
 * What one device does at most, each rate measured by itself on operations of the engine in use: a
 * roofline with two levels of memory. Operations follow one after another, so their times add.
 *
 * @param flopsPerSecond FLOP/s of a matrix product that arithmetic bounds, positive
 * @param bytesPerSecond bytes a second, read and written together, of an operation element by
 *     element whose arrays exceed the caches, its result in new memory, positive
 * @param readBytesPerSecond bytes a second of a sum over an array that exceeds the caches, positive
 * @param cachedBytesPerSecond the same for arrays that lie in a cache, positive
 * @param cacheBytes the bytes up to which arrays count as cached, positive
 * @param exponentialsPerSecond exponentials a second of an array that lies in a cache, positive
 * @param secondsPerCall what an operation on nearly nothing takes, not negative
 */
public record MeasuredRates(
        double flopsPerSecond,
        double bytesPerSecond,
        double readBytesPerSecond,
        double cachedBytesPerSecond,
        double cacheBytes,
        double exponentialsPerSecond,
        double secondsPerCall) {
    /** Checks the numbers. */
    public MeasuredRates {
        requirePositive("number of FLOP/s", flopsPerSecond);
        requirePositive("number of bytes per second", bytesPerSecond);
        requirePositive("number of bytes read per second", readBytesPerSecond);
        requirePositive("number of bytes per second from cache", cachedBytesPerSecond);
        requirePositive("number of bytes of cache", cacheBytes);
        requirePositive("number of exponentials per second", exponentialsPerSecond);
        if (!(secondsPerCall >= 0 && Double.isFinite(secondsPerCall))) {
            throw new PlanningException(
                    "expected seconds per call of at least 0, found " + secondsPerCall);
        }
    }

    /** The time of a matrix product, which either roof bounds: arithmetic or what is read. */
    double product(double flops, double bytes) {
        double bandwidth = bytes <= cacheBytes ? cachedBytesPerSecond : readBytesPerSecond;
        return secondsPerCall + Math.max(flops / flopsPerSecond, bytes / bandwidth);
    }

    /**
     * The time of operations element by element.
     *
     * @param calls how many operations
     * @param bytes what each of them reads and writes
     */
    double elementwise(double calls, double bytes) {
        return elementwise(calls, bytes, bytes);
    }

    /**
     * The time of operations on parts of larger arrays, which are gone from a cache when the next
     * part is read.
     *
     * @param calls how many operations
     * @param bytes what each of them reads and writes
     * @param whole what all of them read and write
     */
    double elementwise(double calls, double bytes, double whole) {
        double bandwidth = whole <= cacheBytes ? cachedBytesPerSecond : bytesPerSecond;
        return calls * (secondsPerCall + bytes / bandwidth);
    }

    /** The time of exponentials in a cache. */
    double exponentials(double count) {
        return count / exponentialsPerSecond;
    }
}
