package dev.retort.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;

import dev.retort.torch.safetensors.Safetensors;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Fused optimizers against Python's, in a loop of one's own and in DJL's trainer. */
class FusedOptimizerTest {
    private static final Engine ENGINE = Engine.getEngine(TorchEngine.NAME);

    @TempDir private Path folder;
    private NDManager manager;

    @BeforeEach
    void open() {
        manager = ENGINE.newBaseManager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private static FusedOptimizer optimizer(String name) {
        return switch (name) {
            case "adam" -> FusedAdam.builder().optLearningRateTracker(Tracker.fixed(0.01f)).build();
            case "adam_decay_amsgrad" ->
                    FusedAdam.builder()
                            .optLearningRateTracker(Tracker.fixed(0.02f))
                            .optBeta1(0.8)
                            .optBeta2(0.95)
                            .optEpsilon(1e-6)
                            .optWeightDecays(0.1f)
                            .optAmsgrad(true)
                            .build();
            case "adamw" ->
                    FusedAdam.builder()
                            .optLearningRateTracker(Tracker.fixed(0.01f))
                            .optDecoupledWeightDecay(0.1f)
                            .build();
            case "sgd" -> FusedSgd.builder().optLearningRateTracker(Tracker.fixed(0.1f)).build();
            case "sgd_momentum" ->
                    FusedSgd.builder()
                            .optLearningRateTracker(Tracker.fixed(0.1f))
                            .optMomentum(0.9)
                            .optDampening(0.1)
                            .optWeightDecays(0.1f)
                            .build();
            case "sgd_nesterov" ->
                    FusedSgd.builder()
                            .optLearningRateTracker(Tracker.fixed(0.1f))
                            .optMomentum(0.9)
                            .optNesterov(true)
                            .build();
            default -> throw new AssertionError(name);
        };
    }

    private List<Parameter> initialParameters(AdditionsGolden golden) {
        List<Parameter> parameters = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Parameter parameter =
                    Parameter.builder()
                            .setName("p" + i)
                            .setType(Parameter.Type.WEIGHT)
                            .optArray(golden.get("optimizer.initial." + i).duplicate())
                            .build();
            parameter.getArray().setRequiresGradient(true);
            parameters.add(parameter);
        }
        return parameters;
    }

    /** Leaves given gradients: those of the sum of products with them. */
    private void backward(List<Parameter> parameters, AdditionsGolden golden, int step) {
        try (GradientCollector collector = ENGINE.newGradientCollector()) {
            NDArray loss = manager.create(0f);
            for (int i = 0; i < parameters.size(); i++) {
                NDArray gradient = golden.get("optimizer.gradient." + step + "." + i);
                loss = loss.add(parameters.get(i).getArray().mul(gradient).sum());
            }
            collector.backward(loss);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "adam",
                "adam_decay_amsgrad",
                "adamw",
                "sgd",
                "sgd_momentum",
                "sgd_nesterov"
            })
    void doesWhatPythonDoes(String name) {
        AdditionsGolden golden = new AdditionsGolden(manager);
        List<Parameter> parameters = initialParameters(golden);
        try (FusedOptimizer optimizer = optimizer(name)) {
            for (int step = 0; step < 3; step++) {
                backward(parameters, golden, step);
                optimizer.step(parameters);
                for (int i = 0; i < 2; i++) {
                    assertArrayEquals(
                            golden.floats("optimizer." + name + "." + step + "." + i),
                            parameters.get(i).getArray().toFloatArray(),
                            1e-6f,
                            name + " step " + step);
                }
            }
        }
    }

    @Test
    void updatesOneParameterAtATimeToo() {
        AdditionsGolden golden = new AdditionsGolden(manager);
        List<Parameter> parameters = initialParameters(golden);
        try (FusedOptimizer optimizer = optimizer("adam")) {
            for (int step = 0; step < 3; step++) {
                for (int i = 0; i < 2; i++) {
                    optimizer.update(
                            "p" + i,
                            parameters.get(i).getArray(),
                            golden.get("optimizer.gradient." + step + "." + i));
                }
            }
        }
        assertArrayEquals(
                golden.floats("optimizer.adam.2.1"),
                parameters.get(1).getArray().toFloatArray(),
                1e-6f);
    }

    @Test
    void refusesAStepWithoutGradients() {
        AdditionsGolden golden = new AdditionsGolden(manager);
        List<Parameter> parameters = initialParameters(golden);
        try (FusedOptimizer optimizer = optimizer("adam")) {
            assertThrows(IllegalStateException.class, () -> optimizer.step(parameters));
            backward(parameters, golden, 0);
            optimizer.step(parameters);
            assertThrows(IllegalStateException.class, () -> optimizer.step(parameters));
        }
    }

    private static Block network() {
        return new SequentialBlock()
                .add(Linear.builder().setUnits(8).build())
                .add(Activation.reluBlock())
                .add(Linear.builder().setUnits(3).build());
    }

    private Model model(Block block) {
        ENGINE.setRandomSeed(5);
        Model model = Model.newInstance("m", TorchEngine.NAME);
        model.setBlock(block);
        return model;
    }

    private Trainer trainer(Model model, Optimizer optimizer) {
        Trainer trainer =
                model.newTrainer(
                        new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                                .optOptimizer(optimizer));
        ENGINE.setRandomSeed(6);
        trainer.initialize(new Shape(16, 4));
        return trainer;
    }

    private float step(Trainer trainer, NDManager scope, int seed) {
        ENGINE.setRandomSeed(seed);
        NDArray data = scope.randomNormal(new Shape(16, 4));
        NDArray labels = scope.arange(16f).mod(3).toType(DataType.INT64, false);
        NDArray loss;
        try (GradientCollector collector = trainer.newGradientCollector()) {
            loss =
                    trainer.getLoss()
                            .evaluate(new NDList(labels), trainer.forward(new NDList(data)));
            collector.backward(loss);
        }
        trainer.step();
        return loss.getFloat();
    }

    @Test
    void trainsInDjlsTrainerAsInALoopOfOnesOwn() {
        Block block = network();
        List<Float> losses = new ArrayList<>();
        try (Model model = model(block);
                FusedOptimizer optimizer = optimizer("adam");
                Trainer trainer = trainer(model, optimizer)) {
            for (int i = 0; i < 10; i++) {
                losses.add(step(trainer, manager, i));
            }
        }
        Block same = network();
        try (Model model = model(same);
                FusedOptimizer optimizer = optimizer("adam");
                Trainer trainer =
                        trainer(
                                model,
                                Optimizer.sgd().setLearningRateTracker(Tracker.fixed(0)).build())) {
            for (int i = 0; i < 10; i++) {
                ENGINE.setRandomSeed(i);
                NDArray data = manager.randomNormal(new Shape(16, 4));
                NDArray labels = manager.arange(16f).mod(3).toType(DataType.INT64, false);
                try (GradientCollector collector = trainer.newGradientCollector()) {
                    NDArray loss =
                            new FusedSoftmaxCrossEntropyLoss()
                                    .evaluate(
                                            new NDList(labels), trainer.forward(new NDList(data)));
                    assertEquals(losses.get(i), loss.getFloat(), 1e-5f, "step " + i);
                    collector.backward(loss);
                }
                optimizer.step(same.getParameters().values());
            }
        }
    }

    @Test
    void goesOnWhereItWasSaved() throws IOException {
        Path weights = folder.resolve("state.safetensors");
        Block block = network();
        float expected;
        Map<String, NDArray> parameters = new HashMap<>();
        try (Model model = model(block);
                FusedOptimizer optimizer = optimizer("adam_decay_amsgrad");
                Trainer trainer = trainer(model, optimizer)) {
            for (int i = 0; i < 3; i++) {
                step(trainer, manager, i);
            }
            Safetensors.save(weights, optimizer.state(block), Map.of());
            block.getParameters()
                    .forEach(
                            pair ->
                                    parameters.put(
                                            pair.getKey(), copy(pair.getValue().getArray())));
            step(trainer, manager, 3);
            expected = step(trainer, manager, 4);
        }
        Block resumed = network();
        try (Model model = model(resumed);
                FusedOptimizer optimizer = optimizer("adam_decay_amsgrad");
                FusedOptimizer fresh = optimizer("adam_decay_amsgrad");
                Trainer trainer = trainer(model, optimizer)) {
            load(resumed, parameters);
            optimizer.restore(resumed, arrays(weights));
            step(trainer, manager, 3);
            assertEquals(expected, step(trainer, manager, 4), 0);
            assertThrows(
                    IllegalArgumentException.class,
                    () -> fresh.restore(resumed, Map.of("x.step", manager.create(1f))));
        }
        Block forgetful = network();
        try (Model model = model(forgetful);
                FusedOptimizer optimizer = optimizer("adam_decay_amsgrad");
                Trainer trainer = trainer(model, optimizer)) {
            load(forgetful, parameters);
            step(trainer, manager, 3);
            assertNotEquals(expected, step(trainer, manager, 4));
        }
    }

    private NDArray copy(NDArray array) {
        NDArray copy = array.duplicate();
        copy.attach(manager);
        return copy;
    }

    private Map<String, NDArray> arrays(Path file) throws IOException {
        Map<String, NDArray> arrays = new HashMap<>();
        for (NDArray array : Safetensors.load(file, manager)) {
            arrays.put(array.getName(), array);
        }
        return arrays;
    }

    private static void load(Block block, Map<String, NDArray> values) {
        try (NoGrad _ = NoGrad.open()) {
            block.getParameters()
                    .forEach(
                            pair -> {
                                NDArray array = pair.getValue().getArray();
                                array.subi(array);
                                array.addi(values.get(pair.getKey()));
                            });
        }
    }
}
