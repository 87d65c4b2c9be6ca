package dev.retort.distill.transfer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.util.Objects.requireNonNull;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.loss.Loss;

import dev.retort.distill.train.BatchSource;
import dev.retort.distill.train.LearningRate;
import dev.retort.distill.train.TensorSource;
import dev.retort.distill.train.TrainingObserver;
import dev.retort.distill.train.TrainingPlan;
import dev.retort.efficiency.RunMeter;
import dev.retort.efficiency.RunOptions;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

@Tag("engines")
class TransferTrainingTest {
    private static final TrainingPlan PLAN = TrainingPlan.of(3, 12, 0.01f);

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    private void train(Model model, List<TransferStage> stages, BatchSource source) {
        try (RunMeter meter = RunOptions.of("transfer").open()) {
            new TransferTraining(
                            model, Loss.softmaxCrossEntropyLoss(), meter, TrainingObserver.NONE)
                    .run(stages, source, null);
        }
    }

    @Test
    void whatIsFrozenStaysBitForBitAndTheRestMoves() {
        try (Model model = SmallNetworks.model(SmallNetworks.normalised(), 1)) {
            Map<String, float[]> before = SmallNetworks.values(model.getBlock());
            TransferPlan plan = TransferPlan.builder().freezeFirst(2).build();
            train(model, List.of(new TransferStage(plan, PLAN)), SmallNetworks.source(manager));
            SmallNetworks.values(model.getBlock())
                    .forEach(
                            (path, after) -> {
                                boolean frozen = path.startsWith("01") || path.startsWith("02");
                                assertEquals(frozen, Arrays.equals(before.get(path), after), path);
                            });
        }
    }

    @Test
    void statisticsOfFrozenNormalisationsFollowTheDataIfThePlanSaysSo() {
        try (Model model = SmallNetworks.model(SmallNetworks.normalised(), 1)) {
            Map<String, float[]> before = SmallNetworks.values(model.getBlock());
            TransferPlan plan =
                    TransferPlan.builder()
                            .freezeFirst(2)
                            .normalisation(FrozenNormalisation.FOLLOW_DATA)
                            .build();
            train(model, List.of(new TransferStage(plan, PLAN)), SmallNetworks.source(manager));
            Map<String, float[]> after = SmallNetworks.values(model.getBlock());
            for (String path : new String[] {"01Linear/weight", "02BatchNorm/gamma"}) {
                assertArrayEquals(before.get(path), after.get(path), path);
            }
            String mean = "02BatchNorm/runningMean";
            assertFalse(Arrays.equals(before.get(mean), after.get(mean)));
        }
    }

    /** In its first step Adam moves each weight by the learning rate, whatever the gradient is. */
    @Test
    void eachLayerMovesByItsShareOfTheLearningRate() {
        try (Model model = SmallNetworks.model(SmallNetworks.normalised(), 1)) {
            Block network = model.getBlock();
            TransferPlan plan =
                    TransferPlan.builder().rate("01Linear", 0.25f).layerDecay(0.5f).build();
            Map<String, Float> shares = plan.shares(network);
            Map<String, float[]> before = SmallNetworks.values(network);
            TrainingPlan oneStep =
                    TrainingPlan.of(1, SmallNetworks.SAMPLES, 0.01f)
                            .withLearningRate(LearningRate.constant(0.01f))
                            .withClipNorm(Double.POSITIVE_INFINITY);
            long[] labels = new long[SmallNetworks.SAMPLES];
            Arrays.setAll(labels, i -> i % SmallNetworks.CLASSES);
            BatchSource oneBatch =
                    TensorSource.ordered(
                            SmallNetworks.inputs(manager),
                            new NDList(manager.create(labels)),
                            SmallNetworks.SAMPLES);
            train(model, List.of(new TransferStage(plan, oneStep)), oneBatch);
            Map<String, float[]> after = SmallNetworks.values(network);
            // A bias before a normalisation has no gradient.
            for (String path :
                    new String[] {
                        "01Linear/weight",
                        "02BatchNorm/gamma",
                        "04SequentialBlock/01Linear/weight",
                        "05Linear/weight"
                    }) {
                assertEquals(
                        0.01 * requireNonNull(shares.get(path)),
                        largestDifference(before.get(path), after.get(path)),
                        1e-5,
                        path);
            }
        }
    }

    private static double largestDifference(float @Nullable [] one, float @Nullable [] other) {
        float[] a = requireNonNull(one);
        float[] b = requireNonNull(other);
        double largest = 0;
        for (int i = 0; i < a.length; i++) {
            largest = Math.max(largest, Math.abs(a[i] - b[i]));
        }
        return largest;
    }

    @Test
    void probesThenTunes() {
        try (Model model = SmallNetworks.model(SmallNetworks.normalised(), 1)) {
            Block network = model.getBlock();
            List<TransferStage> stages =
                    TransferStage.probeThenTune(network, PLAN, PLAN.withEpochs(1));
            float[] trunk = SmallNetworks.values(network).get("01Linear/weight");
            train(model, stages.subList(0, 1), SmallNetworks.source(manager));
            assertArrayEquals(trunk, SmallNetworks.values(network).get("01Linear/weight"));
            train(model, stages, SmallNetworks.source(manager));
            assertFalse(Arrays.equals(trunk, SmallNetworks.values(network).get("01Linear/weight")));
            assertEquals(4, TransferStage.gradual(network, PLAN).size());
        }
    }

    @Test
    void aNewHeadServesAnotherTaskOnTheSameTrunk() {
        try (Model model = SmallNetworks.model(SmallNetworks.normalised(), 1)) {
            float[] trunk = SmallNetworks.values(model.getBlock()).get("01Linear/weight");
            SequentialBlock replaced =
                    Heads.replace(
                            model.getBlock(),
                            Linear.builder().setUnits(5).build(),
                            new Shape(SmallNetworks.INPUTS),
                            model.getNDManager());
            assertEquals(
                    5 * SmallNetworks.SAMPLES,
                    SmallNetworks.run(replaced, SmallNetworks.inputs(manager)).length);
            assertArrayEquals(trunk, SmallNetworks.values(replaced).get("01Linear/weight"));
            assertThrows(
                    IllegalArgumentException.class,
                    () ->
                            Heads.replace(
                                    Linear.builder().setUnits(5).build(),
                                    Linear.builder().setUnits(5).build(),
                                    new Shape(SmallNetworks.INPUTS),
                                    model.getNDManager()));
        }
    }

    /** Inference tensors of the frozen module must not reach the backward pass of the head. */
    @Test
    void aHeadIsTrainedOnAFrozenTorchScriptModule() throws Exception {
        assumeTrue(Engine.getDefaultEngineName().equals("PyTorch"), "TorchScript runs on PyTorch");
        try (Model module = torchScript();
                Model model = Model.newInstance("with a head")) {
            SequentialBlock network =
                    new SequentialBlock()
                            .add(module.getBlock())
                            .add(outputs -> new NDList(outputs.get(0)))
                            .add(Linear.builder().setUnits(2).build());
            network.getChildren()
                    .valueAt(2)
                    .initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 3));
            model.setBlock(network);
            Map<String, float[]> before = SmallNetworks.values(network);
            TransferPlan plan = TransferPlan.lastLayer(network);
            train(model, List.of(new TransferStage(plan, PLAN)), fourInputs());
            SmallNetworks.values(network)
                    .forEach(
                            (path, after) ->
                                    assertEquals(
                                            !path.startsWith("03"),
                                            Arrays.equals(before.get(path), after),
                                            path));
        }
    }

    @Test
    void aTorchScriptModuleIsTrainedWithFrozenParameters() throws Exception {
        assumeTrue(Engine.getDefaultEngineName().equals("PyTorch"), "TorchScript runs on PyTorch");
        try (Model module = torchScript();
                Model model = Model.newInstance("module alone")) {
            SequentialBlock network =
                    new SequentialBlock()
                            .add(module.getBlock())
                            .add(outputs -> new NDList(outputs.get(0)));
            model.setBlock(network);
            String path = ParameterPaths.of(network).firstEntry().getKey();
            Map<String, float[]> before = SmallNetworks.values(network);
            TransferPlan.Builder plan = TransferPlan.builder().freeze(path);
            IllegalArgumentException refused =
                    assertThrows(
                            IllegalArgumentException.class,
                            () ->
                                    train(
                                            model,
                                            List.of(new TransferStage(plan.build(), PLAN)),
                                            fourInputs()));
            assertTrue(
                    String.valueOf(refused.getMessage()).contains("follow the data"),
                    refused.getMessage());
            plan.normalisation(FrozenNormalisation.FOLLOW_DATA);
            train(model, List.of(new TransferStage(plan.build(), PLAN)), fourInputs());
            SmallNetworks.values(network)
                    .forEach(
                            (name, after) ->
                                    assertEquals(
                                            name.equals(path),
                                            Arrays.equals(before.get(name), after),
                                            name));
        }
    }

    private static Model torchScript()
            throws IOException, MalformedModelException, URISyntaxException {
        Path file =
                Path.of(
                        requireNonNull(
                                        TransferTrainingTest.class.getResource(
                                                "../teacher/perceptron.pt"))
                                .toURI());
        Model module = Model.newInstance("perceptron");
        module.load(requireNonNull(file.getParent()), "perceptron", Map.of("trainParam", "true"));
        return module;
    }

    private BatchSource fourInputs() {
        manager.getEngine().setRandomSeed(5);
        return TensorSource.ordered(
                manager.randomNormal(new Shape(8, 4)),
                new NDList(manager.create(new long[] {0, 1, 0, 1, 1, 0, 1, 0})),
                4);
    }
}
