package dev.retort.distill.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Model;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;

import dev.retort.distill.ModelFiles;
import dev.retort.distill.Networks;
import dev.retort.distill.data.Digits;
import dev.retort.distill.data.LabelledData;
import dev.retort.distill.export.OnnxExport;
import dev.retort.distill.export.WeightType;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

class ModelRecipeTest {
    private static final Recipe RECIPE =
            Recipes.digits().change().data(data -> data.withHash("ab".repeat(32))).build();
    private static final Provenance PROVENANCE =
            new Provenance("1.0", "25", "an engine", Map.of("libtorch.so", "cd".repeat(32)));

    @TempDir Path folder;

    private final LabelledData data = Digits.load().validation();
    private final Model model = Model.newInstance("student");

    @BeforeEach
    void initialize() {
        Block block = Networks.mlp(new int[] {3}, 10);
        block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 64));
        model.setBlock(block);
    }

    @AfterEach
    void close() {
        model.close();
    }

    private static String refusal(Path file) {
        return String.valueOf(
                assertThrows(RecipeException.class, () -> RecipeFile.read(file)).getMessage());
    }

    @Test
    void standsInWeightsAndInOnnxModels() throws IOException {
        Map<String, String> metadata = ModelRecipe.metadata(RECIPE, PROVENANCE, data);
        assertTrue(
                String.valueOf(metadata.get("retort.provenance")).contains("cd".repeat(32)),
                metadata.toString());
        assertEquals(
                "float32 of shape (batch, 64); each value from 0 to 16 of the data divided by 16",
                metadata.get("retort.input"));
        Path weights = ModelFiles.saveWeights(model, folder, "student", metadata);
        assertEquals(RECIPE, RecipeFile.read(weights));
        for (WeightType type : WeightType.values()) {
            Path file = folder.resolve(type + ".onnx");
            OnnxExport.write(model, data, type, file, metadata);
            assertEquals(RECIPE, RecipeFile.read(file));
        }
    }

    /** What was written before still reads the parameters. */
    @Test
    void leavesTheParametersAlone() throws IOException {
        float[] before = parameters();
        Path weights =
                ModelFiles.saveWeights(
                        model, folder, "student", ModelRecipe.metadata(RECIPE, PROVENANCE, data));
        initialize();
        ModelFiles.loadWeights(model, weights);
        assertEquals(Arrays.toString(before), Arrays.toString(parameters()));
    }

    private float[] parameters() {
        return model.getBlock().getParameters().valueAt(0).getArray().toFloatArray();
    }

    @Test
    void isMissedInOtherModels() throws IOException {
        Path weights = ModelFiles.saveWeights(model, folder, "student");
        assertEquals(
                "expected a model with the recipe of its run, found none in " + weights,
                refusal(weights));
        Path onnx = folder.resolve("student.onnx");
        OnnxExport.write(model, data, WeightType.FP32, onnx);
        assertEquals(
                "expected a model with the recipe of its run, found none in " + onnx,
                refusal(onnx));
    }

    /** Also where the recipe itself is whole. */
    @Test
    void aModelThatWasCutShortIsRefused() throws IOException {
        Map<String, String> metadata = ModelRecipe.metadata(RECIPE, PROVENANCE, data);
        Path weights = ModelFiles.saveWeights(model, folder, "student", metadata);
        byte[] bytes = Files.readAllBytes(weights);
        Files.write(weights, Arrays.copyOf(bytes, bytes.length - 1));
        assertEquals(
                "expected the %d bytes of a safetensors model that its header names in %s, found %d: it was cut short"
                        .formatted(bytes.length, weights, bytes.length - 1),
                refusal(weights));
        Files.write(weights, Arrays.copyOf(bytes, 100));
        assertEquals(
                "expected a safetensors model in %s, found one that cannot be read"
                        .formatted(weights),
                refusal(weights));
        Path onnx = folder.resolve("student.onnx");
        OnnxExport.write(model, data, WeightType.FP32, onnx, metadata);
        byte[] whole = Files.readAllBytes(onnx);
        for (int length : new int[] {whole.length - 1, whole.length / 2}) {
            Files.write(onnx, Arrays.copyOf(whole, length));
            assertEquals(
                    "expected an ONNX model in %s, found one that cannot be read".formatted(onnx),
                    refusal(onnx));
        }
    }

    @Test
    void filesThatAreNoModelsAreRefused() throws IOException {
        Path weights = Files.writeString(folder.resolve("a.safetensors"), "name: a");
        assertEquals(
                "expected a safetensors model in %s, found one that cannot be read"
                        .formatted(weights),
                refusal(weights));
        Path onnx = Files.writeString(folder.resolve("a.onnx"), "name: a");
        assertEquals(
                "expected an ONNX model in %s, found one that cannot be read".formatted(onnx),
                refusal(onnx));
        // A field whose length has the bit of the sign.
        byte[] endless = {0x3a, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1};
        Path negative = Files.write(folder.resolve("b.onnx"), endless);
        assertEquals(
                "expected an ONNX model in %s, found one that cannot be read".formatted(negative),
                refusal(negative));
    }
}
