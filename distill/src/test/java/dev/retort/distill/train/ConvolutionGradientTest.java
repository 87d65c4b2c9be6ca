package dev.retort.distill.train;

import static org.junit.jupiter.api.Assertions.assertFalse;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.training.GradientCollector;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The engine does not take up what memory held before, where channels fill no whole vector. */
@Tag("engines")
class ConvolutionGradientTest {
    @Test
    void gradientsDoNotDependOnWhatTheMemoryHeld() {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray data = manager.randomNormal(new Shape(8, 2, 5, 5));
            data.setRequiresGradient(true);
            NDArray weight = manager.randomNormal(new Shape(3, 2, 3, 3));
            for (int i = 0; i < 20; i++) {
                try (NDManager scope = manager.newSubManager();
                        GradientCollector collector = scope.getEngine().newGradientCollector()) {
                    NDList convolved =
                            Conv2d.conv2d(
                                    data,
                                    weight,
                                    null,
                                    new Shape(1, 1),
                                    new Shape(1, 1),
                                    new Shape(1, 1));
                    convolved.attach(scope);
                    fillFreedMemory(scope);
                    collector.backward(convolved.head().square().sum());
                    assertFalse(data.getGradient().isNaN().any().getBoolean(), "repetition " + i);
                }
            }
        }
    }

    /** With what is no number, in blocks of many sizes. */
    private static void fillFreedMemory(NDManager manager) {
        try (NDManager scope = manager.newSubManager()) {
            for (int elements = 1; elements < 6000; elements += 11) {
                scope.full(new Shape(elements), Float.NaN, DataType.FLOAT32);
            }
        }
    }
}
