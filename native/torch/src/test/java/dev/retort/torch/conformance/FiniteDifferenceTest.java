package dev.retort.torch.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import java.util.List;
import java.util.stream.Stream;

/** The gradients of every differentiable operation against central differences in float64. */
class FiniteDifferenceTest {
    private static final double STEP = 1e-6;
    private static final double TOLERANCE = 1e-6;

    @TestFactory
    Stream<DynamicTest> gradientsEqualCentralDifferences() {
        return Differentiable.all().stream()
                .map(each -> DynamicTest.dynamicTest(each.name(), () -> check(each)));
    }

    private static void check(Differentiable operation) {
        try (NDManager manager = Engine.getEngine("Retort").newBaseManager()) {
            List<NDArray> operands =
                    operation.operands(new Operands(manager, operation.name().hashCode()));
            operands.forEach(operand -> operand.setRequiresGradient(true));
            try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
                collector.backward(operation.loss(manager, operands));
            }
            for (int i = 0; i < operands.size(); i++) {
                double[] gradient = operands.get(i).getGradient().toDoubleArray();
                for (int j = 0; j < gradient.length; j++) {
                    double slope = slope(operation, manager, operands, i, j);
                    assertEquals(
                            slope,
                            gradient[j],
                            TOLERANCE * Math.max(1, Math.abs(slope)),
                            "element " + j + " of operand " + i);
                }
            }
        }
    }

    private static double slope(
            Differentiable operation, NDManager manager, List<NDArray> operands, int i, int j) {
        double above = moved(operation, manager, operands, i, j, STEP);
        double below = moved(operation, manager, operands, i, j, -STEP);
        return (above - below) / (2 * STEP);
    }

    private static double moved(
            Differentiable operation,
            NDManager manager,
            List<NDArray> operands,
            int i,
            int j,
            double by) {
        try (NDManager local = manager.newSubManager()) {
            List<NDArray> copies =
                    operands.stream()
                            .map(
                                    operand ->
                                            local.create(
                                                    operand.toDoubleArray(), operand.getShape()))
                            .toList();
            NDArray flat = copies.get(i).reshape(-1);
            double[] values = flat.toDoubleArray();
            values[j] += by;
            List<NDArray> changed = new java.util.ArrayList<>(copies);
            changed.set(i, local.create(values, copies.get(i).getShape()));
            return operation.loss(local, changed).getDouble();
        }
    }
}
