package dev.retort.distill;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import static java.util.Objects.requireNonNull;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.training.ParameterStore;

import dev.retort.torch.safetensors.SafetensorsFile;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

@Tag("engines")
class ModelFilesTest {
    @TempDir Path folder;

    @Test
    void djlReadsWhatWasSaved() throws Exception {
        try (Model saved = model(1, new SequentialBlock());
                Model loaded = model(2, new SequentialBlock())) {
            Path file = ModelFiles.save(saved, folder, "student");
            assertEquals(folder.resolve("student-0000.params"), file);
            loaded.load(folder, "student");
            assertArrayEquals(weights(saved), weights(loaded));
        }
        assertEquals(List.of("student-0000.params"), names());
    }

    /** The network of make_weights.py, whose weights, inputs and outputs NumPy wrote. */
    @Test
    void weightsFromPythonGiveTheOutputsOfPythonAndGoBackUnchanged() throws Exception {
        Path golden =
                Path.of(requireNonNull(getClass().getResource("weights.safetensors")).toURI());
        SequentialBlock network =
                new SequentialBlock()
                        .add(Linear.builder().setUnits(5).build())
                        .add(BatchNorm.builder().build())
                        .add(Activation.reluBlock());
        try (Model model = model(1, network)) {
            ModelFiles.loadWeights(model, golden);
            NDManager manager = model.getNDManager();
            Path written = ModelFiles.saveWeights(model, folder, "student");
            try (SafetensorsFile expected = SafetensorsFile.open(golden);
                    SafetensorsFile found = SafetensorsFile.open(written)) {
                NDArray outputs =
                        network.forward(
                                        new ParameterStore(manager, false),
                                        new NDList(expected.read("inputs", manager)),
                                        false)
                                .head();
                assertArrayEquals(
                        expected.read("outputs", manager).toFloatArray(),
                        outputs.toFloatArray(),
                        1e-5f);
                assertEquals(Set.copyOf(network.getParameters().keys()), found.tensors().keySet());
                for (String name : found.tensors().keySet()) {
                    assertEquals(-1, expected.bytes(name).mismatch(found.bytes(name)), name);
                }
            }
        }
    }

    @Test
    void aFailedSaveLeavesTheOldFileAndNothingElse() throws Exception {
        try (Model model = model(1, new SequentialBlock());
                Model broken = model(2, new FullDisk())) {
            Path file = ModelFiles.save(model, folder, "student");
            byte[] before = Files.readAllBytes(file);
            IOException error =
                    assertThrows(
                            IOException.class, () -> ModelFiles.save(broken, folder, "student"));
            assertEquals("No space left on device", error.getMessage());
            assertArrayEquals(before, Files.readAllBytes(file));
        }
        assertEquals(List.of("student-0000.params"), names());
    }

    /** A block whose parameters do not fit onto the disk. */
    private static final class FullDisk extends SequentialBlock {
        @Override
        public void saveParameters(DataOutputStream os) throws IOException {
            os.write(new byte[100]);
            throw new IOException("No space left on device");
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static float[] weights(Model model) {
        return model.getBlock().getParameters().get(0).getValue().getArray().toFloatArray();
    }

    private static Model model(int seed, SequentialBlock sequence) {
        Model model = Model.newInstance("student");
        model.getNDManager().getEngine().setRandomSeed(seed);
        Block block = sequence.add(Linear.builder().setUnits(3).build());
        block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 4));
        model.setBlock(block);
        return model;
    }
}
