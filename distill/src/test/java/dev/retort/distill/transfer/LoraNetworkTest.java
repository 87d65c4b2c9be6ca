package dev.retort.distill.transfer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.loss.Loss;

import dev.retort.distill.train.GradientMode;
import dev.retort.distill.train.InPlace;
import dev.retort.distill.train.TrainingObserver;
import dev.retort.distill.train.TrainingPlan;
import dev.retort.efficiency.RunMeter;
import dev.retort.efficiency.RunOptions;
import dev.retort.torch.safetensors.SafetensorsFile;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

@Tag("engines")
class LoraNetworkTest {
    private static final LoraSettings SETTINGS = new LoraSettings(2, 4, 0);

    @TempDir Path folder;

    private final NDManager manager = NDManager.newBaseManager();
    private final Model model = SmallNetworks.model(SmallNetworks.normalised(), 1);
    private final Block network = model.getBlock();
    private final NDArray inputs = SmallNetworks.inputs(manager);

    @AfterEach
    void close() {
        model.close();
        manager.close();
    }

    @Test
    void beginsAsTheNetworkWas() {
        float[] before = SmallNetworks.run(network, inputs);
        LoraNetwork lora = LoraNetwork.of(network, SETTINGS, _ -> true);
        assertEquals(
                List.of("01Linear", "04SequentialBlock/01Linear", "05Linear"),
                List.copyOf(lora.layers()));
        assertArrayEquals(before, SmallNetworks.run(lora.block(), inputs));
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 0", "1, 8, 1", "2, 4, 2", "3, 16, 3", "3, 0.5, 4"})
    void mergedItGivesTheSameOutputs(int rank, float alpha, int seed) {
        float[] original = SmallNetworks.run(network, inputs);
        LoraNetwork lora = LoraNetwork.of(network, new LoraSettings(rank, alpha, 0), _ -> true);
        randomise(lora, seed);
        float[] beside = SmallNetworks.run(lora.block(), inputs);
        assertFalse(Arrays.equals(original, beside));
        lora.merge();
        assertClose(beside, SmallNetworks.run(network, inputs));
        assertThrows(IllegalStateException.class, lora::merge);
        lora.unmerge();
        assertClose(original, SmallNetworks.run(network, inputs));
        assertThrows(IllegalStateException.class, lora::unmerge);
    }

    @Test
    void trainsItsAdaptersAlone() {
        LoraNetwork lora =
                LoraNetwork.of(
                        network, new LoraSettings(2, 4, 0.1f), path -> !path.equals("01Linear"));
        Map<String, float[]> before = SmallNetworks.values(lora.block());
        try (Model trained = Model.newInstance("adapted");
                RunMeter meter = RunOptions.of("adapters").open()) {
            trained.setBlock(lora.block());
            new TransferTraining(
                            trained, Loss.softmaxCrossEntropyLoss(), meter, TrainingObserver.NONE)
                    .run(
                            List.of(new TransferStage(lora.plan(), TrainingPlan.of(4, 12, 0.05f))),
                            SmallNetworks.source(manager),
                            null);
        }
        assertTrue(before.containsKey("02BatchNorm/runningMean"), before.keySet().toString());
        SmallNetworks.values(lora.block())
                .forEach(
                        (path, after) ->
                                assertEquals(
                                        !path.contains("/lora_"),
                                        Arrays.equals(before.get(path), after),
                                        path));
        float[] beside = SmallNetworks.run(lora.block(), inputs);
        lora.merge();
        assertClose(beside, SmallNetworks.run(network, inputs));
    }

    @Test
    void savesItsAdaptersAloneByTheNamesOfPeft() throws IOException {
        Path file = folder.resolve("adapter_model.safetensors");
        LoraNetwork lora = LoraNetwork.of(network, SETTINGS, path -> path.equals("05Linear"));
        randomise(lora, 1);
        lora.save(file);
        try (SafetensorsFile saved = SafetensorsFile.open(file)) {
            assertEquals(
                    Set.of(
                            "base_model.model.05Linear.lora_A.weight",
                            "base_model.model.05Linear.lora_B.weight"),
                    saved.tensors().keySet());
        }
        float[] outputs = SmallNetworks.run(lora.block(), inputs);
        try (Model other = SmallNetworks.model(SmallNetworks.normalised(), 1)) {
            LoraNetwork loaded =
                    LoraNetwork.of(other.getBlock(), SETTINGS, path -> path.equals("05Linear"));
            loaded.load(file);
            assertArrayEquals(outputs, SmallNetworks.run(loaded.block(), inputs));
        }
        try (Model other = SmallNetworks.model(SmallNetworks.normalised(), 1)) {
            LoraNetwork elsewhere = LoraNetwork.of(other.getBlock(), SETTINGS, _ -> true);
            IllegalArgumentException refused =
                    assertThrows(IllegalArgumentException.class, () -> elsewhere.load(file));
            assertTrue(
                    String.valueOf(refused.getMessage())
                            .startsWith("expected adapters of rank and alpha [2, 4.0]"),
                    refused.getMessage());
        }
    }

    @Test
    void refusesWhatItCannotAdapt() {
        assertThrows(
                IllegalArgumentException.class,
                () -> LoraNetwork.of(network, SETTINGS, path -> path.equals("elsewhere")));
        assertThrows(
                IllegalArgumentException.class,
                () -> LoraNetwork.of(network, new LoraSettings(7, 1, 0), _ -> true));
        assertThrows(IllegalArgumentException.class, () -> new LoraSettings(0, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> new LoraSettings(1, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> new LoraSettings(1, 1, 1));
    }

    private void randomise(LoraNetwork lora, int seed) {
        manager.getEngine().setRandomSeed(seed);
        ParameterPaths.of(lora.block())
                .forEach(
                        (path, parameter) -> {
                            if (path.contains("/lora_")) {
                                fill(parameter);
                            }
                        });
    }

    private void fill(Parameter parameter) {
        NDArray array = parameter.getArray();
        try (GradientMode _ = GradientMode.off(array.getManager().getEngine())) {
            InPlace.copy(manager.randomNormal(array.getShape()), array);
        }
    }

    private static void assertClose(float[] expected, float[] found) {
        double size = 0;
        for (float value : expected) {
            size = Math.max(size, Math.abs(value));
        }
        assertArrayEquals(expected, found, (float) (1e-5 * Math.max(1, size)));
    }
}
