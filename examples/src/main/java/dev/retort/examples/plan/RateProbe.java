package dev.retort.examples.plan;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.retort.planning.inference.MeasuredRates;

import java.util.function.Function;

/**
 * Measures what a device does at most, each rate on an operation of its own: the best of several
 * tries, since a roof is what nothing comes above. Takes some seconds; one at a time.
 */
final class RateProbe {
    /** Rows of the matrix product that arithmetic bounds. */
    private static final long ROWS = 1024;

    /** Numbers of arrays that exceed the caches: 128 MiB each. */
    private static final long LARGE = 1L << 25;

    /** Numbers of arrays that lie in a cache: 256 KiB each. */
    private static final long SMALL = 1L << 16;

    /** Three arrays of a cached operation: 4 MiB. */
    private static final double CACHE_BYTES = 4 << 20;

    private static final int BYTES = 4;
    private static final int TRIES = 7;

    private RateProbe() {}

    static MeasuredRates measure(NDManager parent) {
        try (NDManager manager = parent.newSubManager()) {
            NDArray square = manager.ones(new Shape(ROWS, ROWS));
            NDArray large = manager.ones(new Shape(LARGE));
            NDArray small = manager.ones(new Shape(SMALL));
            NDArray one = manager.ones(new Shape(1));
            double product = seconds(square, 4, x -> x.matMul(square));
            double far = seconds(large, 1, x -> x.mul(large));
            double read = seconds(large, 1, NDArray::sum);
            double near = seconds(small, 500, x -> x.mul(small));
            double exponential = seconds(small, 100, NDArray::exp);
            double call = seconds(one, 2000, x -> x.mul(one));
            return new MeasuredRates(
                    2.0 * ROWS * ROWS * ROWS / product,
                    3.0 * BYTES * LARGE / far,
                    1.0 * BYTES * LARGE / read,
                    3.0 * BYTES * SMALL / near,
                    CACHE_BYTES,
                    SMALL / exponential,
                    call);
        }
    }

    /** The least seconds of one operation over the tries, each of which repeats it. */
    private static double seconds(NDArray operand, int repeats, Function<NDArray, NDArray> what) {
        double best = Double.POSITIVE_INFINITY;
        for (int i = 0; i < TRIES; i++) {
            long begin = System.nanoTime();
            for (int j = 1; j < repeats; j++) {
                what.apply(operand).close();
            }
            MixerTimes.await(what.apply(operand));
            best = Math.min(best, (System.nanoTime() - begin) / 1e9 / repeats);
        }
        return best;
    }
}
