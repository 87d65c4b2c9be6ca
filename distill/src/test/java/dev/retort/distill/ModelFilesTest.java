package dev.retort.distill;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.Model;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

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
