package dev.retort.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.GradientCollector;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What fused optimizers keep: the counts, the saved state, and no more arrays than parameters. */
class OptimizerStateTest {
    private static final Engine ENGINE = Engine.getEngine(TorchEngine.NAME);
    private static final float RATE = 0.1f;

    private final List<Integer> asked = new ArrayList<>();
    private NDManager manager;

    @BeforeEach
    void open() {
        manager = ENGINE.newBaseManager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private FusedAdam adam() {
        return FusedAdam.builder()
                .optLearningRateTracker(
                        step -> {
                            asked.add(step);
                            return RATE;
                        })
                .build();
    }

    /** Adam of one number as the paper has it, with a count of its own. */
    private static final class PlainAdam {
        private double weight = 1;
        private double mean;
        private double variance;
        private int count;

        void update(double gradient) {
            count++;
            mean = 0.9 * mean + 0.1 * gradient;
            variance = 0.999 * variance + 0.001 * gradient * gradient;
            double corrected = mean / (1 - Math.pow(0.9, count));
            double root = Math.sqrt(variance / (1 - Math.pow(0.999, count)));
            weight -= RATE * corrected / (root + 1e-8);
        }
    }

    /** A network whose parameters are single numbers, of value 1. */
    private Block numbers(int count) {
        SequentialBlock block = new SequentialBlock();
        for (int i = 0; i < count; i++) {
            block.add(Linear.builder().setUnits(1).optBias(false).build());
        }
        block.initialize(manager, DataType.FLOAT32, new Shape(1, 1));
        try (NoGrad _ = NoGrad.open()) {
            for (Parameter parameter : parameters(block)) {
                NDArray weight = parameter.getArray();
                weight.subi(weight).addi(1);
            }
        }
        return block;
    }

    private static List<Parameter> parameters(Block block) {
        return List.copyOf(block.getParameters().values());
    }

    private static float value(Parameter parameter) {
        return parameter.getArray().toFloatArray()[0];
    }

    private void backward(List<Parameter> parameters, float gradient) {
        try (GradientCollector collector = ENGINE.newGradientCollector()) {
            NDArray loss = manager.create(0f);
            for (Parameter parameter : parameters) {
                loss = loss.add(parameter.getArray().sum().mul(gradient));
            }
            collector.backward(loss);
        }
    }

    @Test
    void eachParameterCountsItsOwnUpdates() {
        List<Parameter> parameters = parameters(numbers(3));
        List<PlainAdam> expected = List.of(new PlainAdam(), new PlainAdam(), new PlainAdam());
        int[][] updated = {{0, 1, 2}, {0}, {0, 1}, {2}, {1, 2}, {0, 1, 2}, {0, 1, 2}};
        try (FusedAdam optimizer = adam()) {
            for (int step = 0; step < updated.length; step++) {
                step(optimizer, parameters, expected, updated[step], 1 + step % 3);
            }
        }
    }

    @Test
    void equalCountsGoApartAgainAfterRestoring() {
        Block block = numbers(3);
        List<Parameter> parameters = parameters(block);
        List<PlainAdam> expected = List.of(new PlainAdam(), new PlainAdam(), new PlainAdam());
        try (FusedAdam optimizer = adam();
                FusedAdam resumed = adam()) {
            step(optimizer, parameters, expected, new int[] {0, 1, 2}, 2);
            resumed.restore(block, optimizer.state(block));
            step(resumed, parameters, expected, new int[] {0}, 1);
            step(resumed, parameters, expected, new int[] {0}, 3);
            step(resumed, parameters, expected, new int[] {0, 1, 2}, 1);
        }
    }

    private void step(
            FusedAdam optimizer,
            List<Parameter> parameters,
            List<PlainAdam> expected,
            int[] updated,
            float gradient) {
        List<Parameter> some = new ArrayList<>();
        for (int i : updated) {
            some.add(parameters.get(i));
            expected.get(i).update(gradient);
        }
        backward(some, gradient);
        optimizer.step(some);
        for (int i = 0; i < parameters.size(); i++) {
            assertEquals(expected.get(i).weight, value(parameters.get(i)), 1e-5, "number " + i);
        }
    }

    @Test
    void theRateGoesByStepsWhicheverWayTheyAreMade() {
        NDArray weight = manager.zeros(new Shape(2));
        try (FusedAdam optimizer = adam()) {
            for (int step = 0; step < 2; step++) {
                for (String id : List.of("a", "b", "c")) {
                    optimizer.update(id, weight, manager.ones(new Shape(2)));
                }
            }
        }
        assertEquals(List.of(1, 1, 1, 2, 2, 2), asked);
        asked.clear();
        Block block = numbers(2);
        List<Parameter> parameters = parameters(block);
        try (FusedAdam optimizer = adam()) {
            for (Parameter only : parameters) {
                backward(List.of(only), 1);
                optimizer.step(List.of(only));
            }
        }
        assertEquals(List.of(1, 2), asked);
    }

    @Test
    void theRateGoesOnWhereItWasSavedThoughAStepOverflowed() {
        Block block = numbers(2);
        List<Parameter> parameters = parameters(block);
        Map<String, NDArray> old;
        try (FusedAdam optimizer = adam();
                FusedAdam resumed = adam();
                GradScaler scaler = new GradScaler(manager, 1, 2, 0.5, 1000)) {
            for (float gradient : new float[] {1, Float.POSITIVE_INFINITY, 1}) {
                backward(parameters, gradient);
                scaler.step(optimizer, parameters);
            }
            resumed.restore(block, optimizer.state(block));
            backward(parameters, 1);
            resumed.step(parameters);
            assertEquals(List.of(1, 2, 3, 4), asked);
            old = new LinkedHashMap<>(optimizer.state(block));
            old.remove("steps");
            resumed.restore(block, old);
            backward(parameters, 1);
            resumed.step(parameters);
            assertEquals(3, asked.getLast(), "a file without the number of steps");
        }
    }

    @Test
    void updatesInTurnKeepNoMoreArraysThanParameters() {
        NDArray weight = manager.zeros(new Shape(2));
        NDArray gradient = manager.ones(new Shape(2));
        try (FusedAdam optimizer = adam()) {
            optimizer.update("a", weight, gradient);
            optimizer.update("b", weight, gradient);
            long handles = SettledHandles.count();
            for (int i = 0; i < 20; i++) {
                optimizer.update("a", weight, gradient);
                optimizer.update("b", weight, gradient);
            }
            assertEquals(handles, SettledHandles.count());
        }
    }

    @Test
    void restoringFreesTheStateBeforeAndWhatItCopiedInVain() {
        Block block = numbers(2);
        List<Parameter> parameters = parameters(block);
        try (FusedAdam saved = adam();
                FusedAdam optimizer = adam()) {
            backward(parameters, 1);
            saved.step(parameters);
            Map<String, NDArray> state = saved.state(block);
            optimizer.restore(block, state);
            long handles = SettledHandles.count();
            optimizer.restore(block, state);
            assertEquals(handles, SettledHandles.count());

            Map<String, NDArray> foreign = new LinkedHashMap<>(state);
            foreign.put("other.step", state.get("steps"));
            assertThrows(IllegalArgumentException.class, () -> optimizer.restore(block, foreign));
            assertEquals(handles, SettledHandles.count());
            String moment = block.getParameters().keys().getFirst() + ".exp_avg";
            assertEquals(state.get(moment), optimizer.state(block).get(moment));
        }
    }
}
