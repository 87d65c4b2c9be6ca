package dev.retort.distill.sequence;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import java.util.Random;

/** Numbers for tests, the same on every machine. */
final class Numbers {
    private final Random random;
    private final NDManager manager;

    Numbers(NDManager manager, long seed) {
        this.manager = manager;
        random = new Random(seed);
    }

    /** Normal numbers, {@code FLOAT64}. */
    NDArray normal(long... shape) {
        double[] values = random.doubles(new Shape(shape).size()).toArray();
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextGaussian();
        }
        return manager.create(values, new Shape(shape));
    }

    /** From the lower to the upper end, {@code FLOAT64}. */
    NDArray between(double low, double high, long... shape) {
        return manager.create(
                random.doubles(new Shape(shape).size(), low, high).toArray(), new Shape(shape));
    }
}
