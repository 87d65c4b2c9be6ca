package dev.retort.distill.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.pooling.Pool;

import dev.retort.distill.Networks;
import dev.retort.distill.data.LabelledData;
import dev.retort.distill.teacher.ModelTeacher;
import dev.retort.distill.teacher.TeacherOutput;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.stream.Stream;

@Tag("engines")
class OnnxExportTest {
    private static final int CLASSES = 5;
    private static final Shape IMAGE = new Shape(1, 9, 11);

    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"mlp", "convolutional", "residual", "settings"})
    void whatOnnxRuntimeReadsIsTheModel(String kind) throws IOException {
        try (Model model = model(network(kind))) {
            Path file = folder.resolve("model.onnx");
            Parity parity = OnnxExport.write(model, data(300), WeightType.FP32, file);
            assertEquals(300, parity.samples());
            assertEquals(1, parity.agreement());
            assertEquals(parity.modelAccuracy(), parity.exportAccuracy());
            assertTrue(parity.largestDifference() < 1e-3, parity.toString());
        }
    }

    private static Block network(String kind) {
        return switch (kind) {
            case "mlp" -> Networks.mlp(new int[] {7, 6}, CLASSES);
            case "convolutional" -> Networks.convolutional(3, 4, 6, CLASSES);
            case "residual" -> Networks.residual(4, new int[] {4, 6}, CLASSES);
            // Strides, paddings and dilations that differ by axis, biases, and a pool with padding.
            default ->
                    new SequentialBlock()
                            .add(
                                    Conv2d.builder()
                                            .setKernelShape(new Shape(3, 2))
                                            .setFilters(4)
                                            .optStride(new Shape(2, 1))
                                            .optPadding(new Shape(1, 2))
                                            .optDilation(new Shape(1, 2))
                                            .build())
                            .add(Activation.tanhBlock())
                            .add(
                                    Pool.maxPool2dBlock(
                                            new Shape(3, 2),
                                            new Shape(2, 1),
                                            new Shape(1, 1),
                                            true))
                            .add(Blocks.batchFlattenBlock())
                            .add(Activation.sigmoidBlock())
                            .add(Linear.builder().setUnits(CLASSES).optBias(false).build());
        };
    }

    @Test
    void eightBitWeightsAreThoseRoundedToAChannelsScale() throws IOException {
        try (Model model = model(Networks.convolutional(8, 16, 64, CLASSES))) {
            Path whole = folder.resolve("whole.onnx");
            Path small = folder.resolve("small.onnx");
            LabelledData data = data(64);
            OnnxExport.write(model, data, WeightType.FP32, whole);
            OnnxExport.write(model, data, WeightType.INT8, small);
            assertTrue(Files.size(small) < 0.45 * Files.size(whole), Files.size(small) + " bytes");
            round(model.getBlock());
            try (ModelTeacher rounded = ModelTeacher.of(model, TeacherOutput.LOGITS);
                    ModelTeacher read = ModelTeacher.onnx(small, TeacherOutput.LOGITS)) {
                float[] expected = OnnxExport.logits(rounded, data, model.getNDManager());
                float[] found = OnnxExport.logits(read, data, model.getNDManager());
                for (int i = 0; i < expected.length; i++) {
                    assertEquals(expected[i], found[i], 1e-4);
                }
            }
        }
    }

    /** By another way than the export: per row of the weight's matrix, in double precision. */
    private static void round(Block block) {
        for (Parameter parameter : block.getParameters().values()) {
            if (parameter.getType() != Parameter.Type.WEIGHT) {
                continue;
            }
            NDArray array = parameter.getArray();
            long rows = array.size(0);
            NDArray matrix =
                    array.reshape(rows, array.size() / rows).toType(DataType.FLOAT64, true);
            NDArray scale = matrix.abs().max(new int[] {1}, true).div(127);
            NDArray rounded = matrix.div(scale).round().mul(scale).toType(DataType.FLOAT32, false);
            array.set(rounded.toFloatArray());
        }
    }

    @Test
    void aBlockThatCannotBeWrittenIsNamed() {
        Block block =
                new SequentialBlock()
                        .add(Blocks.batchFlattenBlock())
                        .add(new LambdaBlock(list -> new NDList(list.head().cos()), "cosine"))
                        .add(Linear.builder().setUnits(CLASSES).build());
        try (Model model = model(block)) {
            Path file = folder.resolve("model.onnx");
            ExportException error =
                    assertThrows(
                            ExportException.class,
                            () -> OnnxExport.write(model, data(4), WeightType.FP32, file));
            assertTrue(
                    String.valueOf(error.getMessage()).endsWith("found the function cosine"),
                    error.getMessage());
            assertFalse(Files.exists(file));
        }
    }

    @Test
    void aFileThatIsNotTheModelLeavesTheOneThatWasThere() throws IOException {
        // Its name says ReLU, but it is none.
        Block block =
                new SequentialBlock()
                        .add(Blocks.batchFlattenBlock())
                        .add(new LambdaBlock(list -> new NDList(list.head().neg()), "ReLU"))
                        .add(Linear.builder().setUnits(CLASSES).build());
        try (Model model = model(block)) {
            Path file = Files.writeString(folder.resolve("model.onnx"), "good");
            ExportException error =
                    assertThrows(
                            ExportException.class,
                            () -> OnnxExport.write(model, data(40), WeightType.FP32, file));
            assertTrue(
                    String.valueOf(error.getMessage()).contains("found logits that differ by"),
                    error.getMessage());
            assertEquals("good", Files.readString(file));
            try (Stream<Path> files = Files.list(folder)) {
                assertEquals(1, files.count());
            }
        }
    }

    @Test
    void torchScriptIsWrittenOfTorchScriptAlone() {
        try (Model model = model(network("mlp"))) {
            ExportException error =
                    assertThrows(
                            ExportException.class,
                            () -> TorchScriptExport.write(model, folder, "student"));
            assertTrue(String.valueOf(error.getMessage()).contains("export it as ONNX"));
        }
    }

    /** With running statistics and offsets that are not those of the beginning. */
    private static Model model(Block block) {
        Model model = Model.newInstance("exported");
        NDManager manager = model.getNDManager();
        manager.getEngine().setRandomSeed(3);
        block.initialize(manager, DataType.FLOAT32, new Shape(1).addAll(IMAGE));
        model.setBlock(block);
        SplittableRandom random = new SplittableRandom(4);
        for (Parameter parameter : block.getParameters().values()) {
            if (parameter.getType() != Parameter.Type.WEIGHT) {
                float[] values = new float[(int) parameter.getArray().size()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) random.nextDouble(0.5, 1.5);
                }
                parameter.getArray().set(values);
            }
        }
        return model;
    }

    private static LabelledData data(int samples) {
        SplittableRandom random = new SplittableRandom(5);
        byte[] pixels = new byte[samples * (int) IMAGE.size()];
        random.nextBytes(pixels);
        int[] labels = random.ints(samples, 0, CLASSES).toArray();
        return new LabelledData(pixels, 255, IMAGE, labels, CLASSES);
    }
}
