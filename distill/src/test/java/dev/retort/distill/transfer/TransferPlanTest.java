package dev.retort.distill.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.util.Objects.requireNonNull;

import ai.djl.Model;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;

import dev.retort.distill.ModelFiles;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

@Tag("engines")
class TransferPlanTest {
    @TempDir Path folder;

    private final Model model = SmallNetworks.model(SmallNetworks.normalised(), 1);
    private final Block network = model.getBlock();

    @AfterEach
    void close() {
        model.close();
    }

    private static boolean isTrained(Block block, String path) {
        return requireNonNull(ParameterPaths.of(block).get(path), path).requiresGradient();
    }

    @Test
    void namesParametersByTheirBlocks() {
        assertEquals(
                List.of(
                        "01Linear/weight",
                        "01Linear/bias",
                        "02BatchNorm/gamma",
                        "02BatchNorm/beta",
                        "02BatchNorm/runningMean",
                        "02BatchNorm/runningVar",
                        "04SequentialBlock/01Linear/weight",
                        "04SequentialBlock/01Linear/bias",
                        "05Linear/weight",
                        "05Linear/bias"),
                List.copyOf(ParameterPaths.of(network).keySet()));
        assertEquals(
                List.of("01Linear", "02BatchNorm", "04SequentialBlock", "05Linear"),
                List.copyOf(TransferPlan.layers(network)));
        // A block around everything is no layer.
        assertEquals(
                List.of("01SequentialBlock/01Linear", "01SequentialBlock/02BatchNorm"),
                List.copyOf(TransferPlan.layers(new SequentialBlock().add(network))).subList(0, 2));
    }

    @Test
    void freezesByPathByDepthAndByPredicate() {
        assertEquals(
                Map.of(
                        "01Linear/weight", 0f,
                        "01Linear/bias", 1f,
                        "02BatchNorm/gamma", 0f,
                        "02BatchNorm/beta", 0f,
                        "04SequentialBlock/01Linear/weight", 0.5f,
                        "04SequentialBlock/01Linear/bias", 0f,
                        "05Linear/weight", 1f,
                        "05Linear/bias", 0f),
                TransferPlan.builder()
                        .freezeFirst(2)
                        .train("01Linear/bias")
                        .rate("04SequentialBlock", 0.5f)
                        .freezeWhere(path -> path.matches("0[45].*/bias"))
                        .build()
                        .shares(network));
    }

    @Test
    void givesLayersNearerToTheInputSmallerRates() {
        Map<String, Float> shares =
                TransferPlan.builder().freeze("01Linear").layerDecay(0.8f).build().shares(network);
        assertEquals(0, shares.get("01Linear/weight"));
        assertEquals(0.64f, requireNonNull(shares.get("02BatchNorm/gamma")), 1e-6f);
        assertEquals(0.8f, requireNonNull(shares.get("04SequentialBlock/01Linear/bias")), 1e-6f);
        assertEquals(1f, shares.get("05Linear/weight"));
    }

    @Test
    void unfreezesLayerByLayer() {
        List<TransferPlan> stages = TransferPlan.gradual(network);
        assertEquals(4, stages.size());
        int[] trained = new int[4];
        for (int i = 0; i < 4; i++) {
            stages.get(i).apply(network);
            trained[i] =
                    (int)
                            ParameterPaths.of(network).values().stream()
                                    .filter(Parameter::requiresGradient)
                                    .count();
        }
        assertEquals(List.of(2, 4, 6, 8), Arrays.stream(trained).boxed().toList());
        // Statistics stay what they are.
        assertFalse(isTrained(network, "02BatchNorm/runningMean"));
    }

    @Test
    void isAppliedAgainAfterAParameterWasLoadedWhichDjlUnfreezes() throws IOException {
        TransferPlan plan = TransferPlan.lastLayer(network);
        plan.apply(network);
        ModelFiles.save(model, folder, "small");
        try (Model loaded = SmallNetworks.model(SmallNetworks.normalised(), 2)) {
            TransferTraining.load(loaded, folder, "small", plan);
            plan.requireApplied(loaded.getBlock());
            // What DJL does then on its own engine: all is trained that was frozen.
            try (Trainer trainer =
                    loaded.newTrainer(new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss()))) {
                assertTrue(isTrained(trainer.getModel().getBlock(), "01Linear/weight"));
            }
            IllegalStateException found =
                    assertThrows(
                            IllegalStateException.class,
                            () -> plan.requireApplied(loaded.getBlock()));
            assertTrue(
                    String.valueOf(found.getMessage()).contains("01Linear/weight"),
                    found.getMessage());
            plan.apply(loaded.getBlock());
            plan.requireApplied(loaded.getBlock());
        }
    }

    @Test
    void refusesRulesForNothingAndPlansThatTrainNothing() {
        IllegalArgumentException nothing =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> TransferPlan.builder().freeze("06Linear").build().apply(network));
        assertTrue(
                String.valueOf(nothing.getMessage())
                        .startsWith("expected a parameter for the rule of 06Linear"),
                nothing.getMessage());
        assertThrows(
                IllegalArgumentException.class,
                () -> TransferPlan.builder().freezeFirst(4).build().apply(network));
        assertThrows(IllegalArgumentException.class, () -> TransferPlan.builder().layerDecay(1.5f));
        assertThrows(IllegalArgumentException.class, () -> TransferPlan.builder().rate("a", -1));
        assertThrows(IllegalArgumentException.class, () -> TransferPlan.builder().freezeFirst(0));
    }
}
