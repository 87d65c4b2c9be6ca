package dev.retort.distill.teacher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.util.Pair;

import dev.retort.distill.ModelFiles;
import dev.retort.distill.Networks;
import dev.retort.distill.fingerprint.Fingerprint;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Teachers that are networks, whichever file they come from. */
@Tag("engines")
class ModelTeacherTest {
    private static final long[] UNKNOWN = {};
    private static final double TOLERANCE = 1e-5;

    @TempDir Path folder;

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    private static boolean isPyTorch() {
        return Engine.getDefaultEngineName().equals("PyTorch");
    }

    @Test
    void anOnnxModelGivesWhatItsGraphComputes() throws IOException {
        try (ModelTeacher teacher =
                ModelTeacher.onnx(TestModels.file("perceptron.onnx"), TeacherOutput.LOGITS)) {
            NDList given = teacher.outputs(TestModels.inputs(manager), manager, 2);
            assertEquals(manager.getEngine(), given.head().getManager().getEngine());
            assertOutputsOfThePerceptron(given);
            assertEquals("perceptron.onnx (OnnxRuntime)", teacher.description());
            try (ModelTeacher same =
                            ModelTeacher.onnx(
                                    TestModels.file("perceptron.onnx"), TeacherOutput.LOGITS);
                    ModelTeacher other =
                            ModelTeacher.onnx(
                                    TestModels.file("perceptron.onnx"),
                                    TeacherOutput.PROBABILITIES)) {
                assertEquals(same.fingerprint(), teacher.fingerprint());
                assertNotEquals(other.fingerprint(), teacher.fingerprint());
            }
            TeacherContract.check(teacher, TestModels.inputs(manager), UNKNOWN, 3, manager);
        }
    }

    private static void assertOutputsOfThePerceptron(NDList given) throws IOException {
        assertEquals(
                0,
                TestModels.largestDifference(TestModels.rows("logits"), given.get(0)),
                TOLERANCE);
        assertEquals(
                0,
                TestModels.largestDifference(TestModels.rows("hidden"), given.get(1)),
                TOLERANCE);
    }

    @Test
    void torchScriptGivesWhatItsCodeComputesAndItsOutputsCanBeTrainedAgainst() throws IOException {
        assumeTrue(isPyTorch());
        try (ModelTeacher teacher =
                ModelTeacher.torchScript(TestModels.file("perceptron.pt"), TeacherOutput.LOGITS)) {
            NDList given = teacher.outputs(TestModels.inputs(manager), manager, 2);
            assertOutputsOfThePerceptron(given);
            TeacherContract.check(teacher, TestModels.inputs(manager), UNKNOWN, 3, manager);
            // libtorch refuses to keep an inference tensor for a backward pass.
            NDArray student = manager.ones(new Shape(6, 3));
            student.setRequiresGradient(true);
            try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
                collector.backward(student.mul(given.get(0)).sum());
            }
            assertEquals(
                    0,
                    TestModels.largestDifference(TestModels.rows("logits"), student.getGradient()),
                    TOLERANCE);
        }
    }

    @Test
    void torchScriptIsRefusedBesideAnotherEngineOfLibtorch() {
        assumeTrue(!isPyTorch());
        assertEquals(
                "expected DJL's PyTorch engine for the TorchScript module perceptron.pt, found"
                        + " Retort in use",
                refused(
                        () ->
                                ModelTeacher.torchScript(
                                        Path.of("perceptron.pt"), TeacherOutput.LOGITS)));
    }

    @Test
    void probabilitiesBecomeTheirLogarithms() throws IOException {
        try (Teacher teacher =
                ModelTeacher.onnx(
                        TestModels.file("perceptron-softmax.onnx"), TeacherOutput.PROBABILITIES)) {
            NDList inputs = TestModels.inputs(manager);
            TeacherContract.check(teacher, inputs, UNKNOWN, 3, manager);
            double[][] expected = TestModels.rows("probabilities");
            for (double[] row : expected) {
                for (int i = 0; i < row.length; i++) {
                    row[i] = Math.log(row[i]);
                }
            }
            assertEquals(
                    0,
                    TestModels.largestDifference(
                            expected, teacher.logits(inputs, UNKNOWN, manager)),
                    1e-4);
        }
    }

    @Test
    void aBlockGivesWhatItGivesInEvaluationModeAndRecordsNothing() {
        try (Model model = model(5, 3);
                Teacher teacher = ModelTeacher.of(model, TeacherOutput.LOGITS)) {
            NDList inputs = new NDList(manager.randomNormal(new Shape(4, 5)));
            float[] expected =
                    model.getBlock()
                            .forward(new ParameterStore(manager, false), inputs, false)
                            .head()
                            .toFloatArray();
            NDArray factors = manager.ones(new Shape(4, 3));
            factors.setRequiresGradient(true);
            try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
                NDArray given = teacher.outputs(inputs, UNKNOWN, manager);
                assertArrayEquals(expected, given.toFloatArray());
                collector.backward(factors.mul(given).sum());
            }
            assertArrayEquals(expected, factors.getGradient().toFloatArray());
            for (Pair<String, Parameter> pair : model.getBlock().getParameters()) {
                NDArray gradient = pair.getValue().getArray().getGradient();
                assertEquals(0, gradient.abs().sum().getFloat(), pair.getKey());
            }
            TeacherContract.check(teacher, inputs, UNKNOWN, 3, manager);
        }
    }

    @Test
    void aSavedModelIsTheOneThatWasSaved() throws IOException {
        try (Model model = model(5, 3)) {
            Path file = ModelFiles.save(model, folder, "teacher");
            try (Teacher saved = ModelTeacher.saved(file, network(3), TeacherOutput.LOGITS);
                    Teacher original = ModelTeacher.of(model, TeacherOutput.LOGITS)) {
                assertEquals(original.fingerprint(), saved.fingerprint());
                NDList inputs = new NDList(manager.randomNormal(new Shape(4, 5)));
                assertArrayEquals(
                        original.logits(inputs, UNKNOWN, manager).toFloatArray(),
                        saved.logits(inputs, UNKNOWN, manager).toFloatArray());
            }
            // The widths are the file's, so what else is wrong shows when it is asked.
            try (Teacher wider = ModelTeacher.saved(file, network(4), TeacherOutput.LOGITS)) {
                NDList inputs = new NDList(manager.randomNormal(new Shape(4, 5)));
                assertEquals(
                        "expected 4 classes from teacher (%s) as the student has, found 3: a map between the two is needed"
                                .formatted(Engine.getDefaultEngineName()),
                        refused(() -> TeacherContract.check(wider, inputs, UNKNOWN, 4, manager)));
            }
            Block deeper = Networks.mlp(new int[] {6, 6}, 3);
            assertTrue(
                    refused(() -> ModelTeacher.saved(file, deeper, TeacherOutput.LOGITS))
                            .startsWith("expected a model for "));
            byte[] whole = Files.readAllBytes(file);
            Path cut =
                    Files.write(
                            folder.resolve("cut-0000.params"),
                            Arrays.copyOf(whole, whole.length / 2));
            assertEquals(
                    "expected a model for %s in %s, found a file that was cut short"
                            .formatted(Engine.getDefaultEngineName(), cut),
                    refused(() -> ModelTeacher.saved(cut, network(3), TeacherOutput.LOGITS)));
            Path junk = Files.writeString(folder.resolve("junk-0000.params"), "no parameters");
            assertEquals(
                    "expected a model for %s in %s, which it cannot read: it does not hold"
                                    .formatted(Engine.getDefaultEngineName(), junk)
                            + " parameters of DJL",
                    refused(() -> ModelTeacher.saved(junk, network(3), TeacherOutput.LOGITS)));
            Path other = Files.copy(file, folder.resolve("teacher.params"));
            assertEquals(
                    "expected a file named as DJL names parameters, such as teacher-0000.params,"
                            + " found "
                            + other,
                    refused(() -> ModelTeacher.saved(other, network(3), TeacherOutput.LOGITS)));
        }
    }

    @Test
    void filesThatAreNoModelsAreRefused() throws IOException {
        assertThrows(
                NoSuchFileException.class,
                () -> ModelTeacher.onnx(folder.resolve("none.onnx"), TeacherOutput.LOGITS));
        Path garbage = Files.writeString(folder.resolve("garbage.onnx"), "not a model");
        assertTrue(
                refused(() -> ModelTeacher.onnx(garbage, TeacherOutput.LOGITS))
                        .startsWith("expected a model for OnnxRuntime in " + garbage));
        byte[] whole = Files.readAllBytes(TestModels.file("perceptron.onnx"));
        Path cut = Files.write(folder.resolve("cut.onnx"), Arrays.copyOf(whole, 200));
        assertTrue(
                refused(() -> ModelTeacher.onnx(cut, TeacherOutput.LOGITS))
                        .startsWith("expected a model for OnnxRuntime in " + cut));
        if (isPyTorch()) {
            Path script = Files.writeString(folder.resolve("garbage.pt"), "not a module");
            assertTrue(
                    refused(() -> ModelTeacher.torchScript(script, TeacherOutput.LOGITS))
                            .startsWith("expected a model for PyTorch in " + script));
        }
    }

    @Test
    void aModelWhoseParametersCannotBeReadNeedsAFingerprint() throws IOException {
        try (ModelTeacher onnx =
                ModelTeacher.onnx(TestModels.file("perceptron.onnx"), TeacherOutput.LOGITS)) {
            assertTrue(
                    refused(() -> ModelTeacher.of(onnx.model(), TeacherOutput.LOGITS))
                            .startsWith("expected a model whose parameters can be read, found "));
            Fingerprint own = Fingerprint.of(List.of("perceptron"));
            try (ModelTeacher given = ModelTeacher.of(onnx.model(), TeacherOutput.LOGITS, own)) {
                TeacherContract.check(given, TestModels.inputs(manager), UNKNOWN, 3, manager);
                assertNotEquals(onnx.fingerprint(), given.fingerprint());
            }
        }
    }

    @Test
    void inputsThatATeacherCannotTakeAreRefused() throws IOException {
        NDList wide = new NDList(manager.zeros(new Shape(2, 7)));
        try (Teacher onnx =
                ModelTeacher.onnx(TestModels.file("perceptron.onnx"), TeacherOutput.LOGITS)) {
            assertEquals(
                    "expected inputs of length 4 on axis 1 for perceptron.onnx (OnnxRuntime), found"
                            + " [(2, 7)]",
                    refused(() -> onnx.outputs(wide, UNKNOWN, manager)));
            NDList images = new NDList(manager.zeros(new Shape(2, 1, 2, 2)));
            assertEquals(
                    "expected inputs of 2 axes for perceptron.onnx (OnnxRuntime), found"
                            + " [(2, 1, 2, 2)]",
                    refused(() -> onnx.outputs(images, UNKNOWN, manager)));
        }
        try (ModelTeacher onnx =
                ModelTeacher.onnx(
                        TestModels.file("perceptron-softmax.onnx"), TeacherOutput.PROBABILITIES)) {
            NDList inputs = TestModels.inputs(manager);
            assertEquals(
                    "expected at least 2 outputs of perceptron-softmax.onnx (OnnxRuntime), found 1",
                    refused(() -> onnx.outputs(inputs, manager, 2)));
        }
    }

    private static String refused(Executable executable) {
        return String.valueOf(assertThrows(TeacherException.class, executable).getMessage());
    }

    private static Block network(int classes) {
        return Networks.mlp(new int[] {6}, classes);
    }

    private static Model model(int width, int classes) {
        Model model = Model.newInstance("perceptron");
        Block block = network(classes);
        block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, width));
        model.setBlock(block);
        return model;
    }
}
