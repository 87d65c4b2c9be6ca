package dev.retort.distill.sequence;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.training.GradientCollector;

import java.util.function.Supplier;

/** Compares gradients with central differences, in float64. */
final class FiniteDifferences {
    private static final double STEP = 1e-6;

    private FiniteDifferences() {}

    /**
     * Checks the gradient of a scalar by each element of each array.
     *
     * @param arrays what is differentiated by; their gradients are required
     * @param scalar computes the scalar anew from the arrays as they are
     */
    static void check(NDManager manager, NDList arrays, Supplier<NDArray> scalar) {
        arrays.forEach(array -> array.setRequiresGradient(true));
        try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
            collector.backward(scalar.get());
        }
        for (int index = 0; index < arrays.size(); index++) {
            NDArray array = arrays.get(index);
            double[] gradient = array.getGradient().toDoubleArray();
            double[] values = array.toDoubleArray();
            array.setRequiresGradient(false);
            for (int i = 0; i < values.length; i++) {
                double expected =
                        (at(array, values, i, STEP, scalar) - at(array, values, i, -STEP, scalar))
                                / (2 * STEP);
                assertEquals(
                        expected,
                        gradient[i],
                        1e-7 * Math.max(1, Math.abs(expected)),
                        "array %d of shape %s, element %d".formatted(index, array.getShape(), i));
            }
        }
    }

    private static double at(
            NDArray array, double[] values, int i, double step, Supplier<NDArray> scalar) {
        double[] moved = values.clone();
        moved[i] += step;
        set(array, moved);
        double value = scalar.get().getDouble();
        set(array, values);
        return value;
    }

    private static void set(NDArray array, double[] values) {
        array.set(new NDIndex("..."), array.getManager().create(values, array.getShape()));
    }
}
