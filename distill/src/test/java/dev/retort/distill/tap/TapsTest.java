package dev.retort.distill.tap;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.util.Objects.requireNonNull;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;

import dev.retort.distill.Networks;
import dev.retort.distill.loss.feature.FeatureLossKind;
import dev.retort.distill.teacher.ModelTeacher;
import dev.retort.distill.teacher.TeacherOutput;
import dev.retort.distill.train.BatchSource;
import dev.retort.distill.train.TensorSource;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

@Tag("engines")
class TapsTest {
    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    static Model model(Block block, Shape sampleShape) {
        Model model = Model.newInstance("m");
        block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1).addAll(sampleShape));
        model.setBlock(block);
        return model;
    }

    private static List<String> lines(List<Tap> taps) {
        return taps.stream().map(Tap::toString).toList();
    }

    @Test
    void aNetworkListsItsTapsInTheOrderOfItsWork() {
        try (Model model = model(Networks.convolutional(4, 6, 5, 3), new Shape(1, 8, 8))) {
            List<Tap> taps = Taps.of(model, new Shape(1, 8, 8));
            assertEquals(
                    List.of(
                            "01Conv2d (-1, 4, 8, 8)",
                            "02BatchNorm (-1, 4, 8, 8)",
                            "03ReLU (-1, 4, 8, 8)",
                            "04maxPool2d (-1, 4, 4, 4)",
                            "05Conv2d (-1, 6, 4, 4)",
                            "06BatchNorm (-1, 6, 4, 4)",
                            "07ReLU (-1, 6, 4, 4)",
                            "08maxPool2d (-1, 6, 2, 2)",
                            "09batchFlatten (-1, 24)",
                            "10Linear (-1, 5)",
                            "11ReLU (-1, 5)",
                            "12Linear (-1, 3)",
                            "output (-1, 3)"),
                    lines(taps));
            assertEquals("11ReLU", Taps.penultimate(model.getBlock(), taps).path());
        }
    }

    @Test
    void sequencesWithinSequencesAreGoneIntoAndBranchesAreNot() {
        Block branches =
                new ParallelBlock(
                        lists -> new NDList(lists.get(0).head().add(lists.get(1).head())),
                        List.of(linear(4), linear(4)));
        Block inner = new SequentialBlock().add(linear(4)).add(Activation.tanhBlock());
        Block network = new SequentialBlock().add(inner).add(branches).add(linear(2));
        try (Model model = model(network, new Shape(3))) {
            assertEquals(
                    List.of(
                            "01SequentialBlock/01Linear (-1, 4)",
                            "01SequentialBlock/02Tanh (-1, 4)",
                            "01SequentialBlock (-1, 4)",
                            "02ParallelBlock (-1, 4)",
                            "03Linear (-1, 2)",
                            "output (-1, 2)"),
                    lines(Taps.of(model, new Shape(3))));
        }
    }

    @Test
    void aPointIsATapInsideOfABranchAndChangesNothing() {
        Block branch = new SequentialBlock().add(linear(5)).add(new TapPoint()).add(linear(4));
        Block branches =
                new ParallelBlock(
                        lists -> new NDList(lists.get(0).head().add(lists.get(1).head())),
                        List.of(branch, linear(4)));
        Block network = new SequentialBlock().add(branches).add(new TapPoint()).add(linear(2));
        try (Model model = model(network, new Shape(3))) {
            String point = "01ParallelBlock/01SequentialBlock/02TapPoint";
            assertEquals(
                    List.of(
                            point + " (-1, 5)",
                            "01ParallelBlock (-1, 4)",
                            "02TapPoint (-1, 4)",
                            "03Linear (-1, 2)",
                            "output (-1, 2)"),
                    lines(Taps.of(model, new Shape(3))));
            NDList data = new NDList(manager.randomNormal(new Shape(6, 3)));
            ParameterStore store = new ParameterStore(manager, false);
            NDList given =
                    new TappedBlock(network, List.of(point, "02TapPoint"))
                            .forward(store, data, true);
            float[] inner =
                    branch.getChildren()
                            .valueAt(0)
                            .forward(store, data, false)
                            .head()
                            .toFloatArray();
            assertArrayEquals(inner, given.get(1).toFloatArray());
            assertArrayEquals(
                    network.forward(store, data, false).head().toFloatArray(),
                    given.get(0).toFloatArray());
        }
    }

    @Test
    void aTappedNetworkGivesWhatItsLayersGiveAndHasTheSameParameters() {
        Block inner = new SequentialBlock().add(linear(4)).add(Activation.tanhBlock());
        Block network = new SequentialBlock().add(inner).add(linear(2));
        try (Model _ = model(network, new Shape(3))) {
            TappedBlock tapped =
                    new TappedBlock(
                            network,
                            List.of("01SequentialBlock/02Tanh", "output", "01SequentialBlock"));
            NDList data = new NDList(manager.randomNormal(new Shape(5, 3)));
            ParameterStore store = new ParameterStore(manager, false);
            for (boolean training : new boolean[] {false, true}) {
                NDList given = tapped.forward(store, data, training);
                float[] logits = network.forward(store, data, false).head().toFloatArray();
                float[] hidden = inner.forward(store, data, false).head().toFloatArray();
                assertEquals(4, given.size());
                assertArrayEquals(logits, given.get(0).toFloatArray());
                assertArrayEquals(hidden, given.get(1).toFloatArray());
                assertArrayEquals(logits, given.get(2).toFloatArray());
                assertArrayEquals(hidden, given.get(3).toFloatArray());
            }
            assertEquals(network.getParameters().size(), tapped.getParameters().size());
            for (int i = 0; i < network.getParameters().size(); i++) {
                assertEquals(network.getParameters().valueAt(i), tapped.getParameters().valueAt(i));
            }
            TappedBlock missing = new TappedBlock(network, List.of("05Linear"));
            assertEquals(
                    "expected a tap of the network, found none at 05Linear",
                    String.valueOf(
                            assertThrows(
                                            IllegalArgumentException.class,
                                            () -> missing.forward(store, data, false))
                                    .getMessage()));
        }
    }

    @Test
    void aTorchScriptModuleHasATapForEachOfItsOutputs() throws Exception {
        assumeTrue(Engine.getDefaultEngineName().equals("PyTorch"));
        Path file = resource("/dev/retort/distill/teacher/perceptron.pt");
        try (ModelTeacher teacher = ModelTeacher.torchScript(file, TeacherOutput.LOGITS)) {
            List<Tap> taps = Taps.of(teacher.model(), new Shape(4));
            assertEquals(List.of("output (-1, 3)", "output#1 (-1, 5)"), lines(taps));
            NDList data = new NDList(manager.randomNormal(new Shape(5, 4)));
            NDList all = teacher.outputs(data, manager, 2);
            TappedBlock tapped = new TappedBlock(teacher.model().getBlock(), List.of("output#1"));
            NDList given = tapped.forward(new ParameterStore(manager, false), data, false);
            assertArrayEquals(all.get(1).toFloatArray(), given.get(1).toFloatArray());
            assertThrows(
                    IllegalArgumentException.class,
                    () -> Taps.penultimate(teacher.model().getBlock(), taps));
        }
    }

    @Test
    void anOnnxModelHasATapForEachOfItsOutputsAndAStudentOfAnyEngineLearnsFromThem()
            throws Exception {
        Path file = resource("/dev/retort/distill/teacher/perceptron.onnx");
        Shape sample = new Shape(4);
        try (ModelTeacher teacher = ModelTeacher.onnx(file, TeacherOutput.LOGITS);
                Model student = model(Networks.mlp(new int[] {2}, 3), sample)) {
            assertEquals(
                    List.of("output (-1, 3)", "output#1 (-1, 5)"),
                    lines(Taps.of(teacher.model(), sample)));
            Hint hint =
                    new Hint(
                            FeatureLossKind.FITNET,
                            Optional.empty(),
                            Optional.of("output#1"),
                            OptionalDouble.empty());
            NDArray data = manager.randomNormal(new Shape(6, 4));
            NDList classes = new NDList(manager.zeros(new Shape(6), DataType.INT64));
            try (FeatureTransfer transfer =
                            new FeatureTransfer(student, teacher.model(), List.of(hint), sample);
                    BatchSource.Pass pass =
                            transfer.guided(TensorSource.ordered(data, classes, 6))
                                    .pass(manager, 1)) {
                NDList labels = requireNonNull(pass.next(manager)).labels();
                NDList expected = teacher.outputs(new NDList(data), manager, 2);
                assertArrayEquals(expected.get(0).toFloatArray(), labels.get(1).toFloatArray());
                assertArrayEquals(expected.get(1).toFloatArray(), labels.get(2).toFloatArray());
            }
        }
    }

    private static Path resource(String name) throws URISyntaxException {
        return Path.of(requireNonNull(TapsTest.class.getResource(name), name).toURI());
    }

    @Test
    void pathsThatAreNotThereAreNamedWithThoseThatAre() {
        List<Tap> taps = List.of(new Tap("a", new Shape(-1, 2)), new Tap("b", new Shape(-1, 3)));
        assertEquals("b", Taps.find(taps, "b").path());
        assertEquals(
                "expected a tap of a, b, found c",
                String.valueOf(
                        assertThrows(IllegalArgumentException.class, () -> Taps.find(taps, "c"))
                                .getMessage()));
    }

    @Test
    void mapsOfAnyTwoSizesAreAveragedOverTheirBins() {
        // 5 places to 3: the bins 0-1, 1-3, 3-4; 2 places to 2.
        NDArray maps =
                manager.create(
                        new float[] {1, 2, 3, 4, 5, 10, 20, 30, 40, 50}, new Shape(1, 1, 2, 5));
        Pooling.ToSize pooling = new Pooling.ToSize(2, 3);
        assertEquals(new Shape(1, 1, 2, 3), pooling.shape(maps.getShape()));
        NDArray pooled = pooling.apply(maps);
        assertEquals(new Shape(1, 1, 2, 3), pooled.getShape());
        assertArrayEquals(new float[] {1.5f, 3, 4.5f, 15, 30, 45}, pooled.toFloatArray(), 1e-5f);
        NDArray rows = new Pooling.ToSize(1, 5).apply(maps);
        assertArrayEquals(new float[] {5.5f, 11, 16.5f, 22, 27.5f}, rows.toFloatArray(), 1e-5f);
        assertArrayEquals(
                new float[] {16.5f}, new Pooling.ToVector().apply(maps).toFloatArray(), 1e-5f);
    }

    private static Block linear(long units) {
        return Linear.builder().setUnits(units).build();
    }
}
