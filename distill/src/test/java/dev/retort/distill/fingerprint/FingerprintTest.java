package dev.retort.distill.fingerprint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;

import dev.retort.distill.ModelFiles;
import dev.retort.distill.teacher.ModelTeacher;
import dev.retort.distill.teacher.Teacher;
import dev.retort.distill.teacher.TeacherOutput;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

@Tag("engines")
class FingerprintTest {
    private static final Shape INPUT = new Shape(1, 2, 8, 8);

    private static Conv2d.Builder convolution() {
        return Conv2d.builder().setKernelShape(new Shape(3, 3)).setFilters(4);
    }

    private static Block network(Conv2d.Builder convolution, float epsilon, int pool, float slope) {
        return new SequentialBlock()
                .add(convolution.build())
                .add(BatchNorm.builder().optEpsilon(epsilon).build())
                .add(Activation.leakyReluBlock(slope))
                .add(Pool.maxPool2dBlock(new Shape(pool, pool)));
    }

    private static Model model(Block block) {
        Model model = Model.newInstance("m");
        model.getNDManager().getEngine().setRandomSeed(1);
        block.initialize(model.getNDManager(), DataType.FLOAT32, INPUT);
        model.setBlock(block);
        return model;
    }

    private static Fingerprint of(Block block) {
        try (Model model = model(block)) {
            return Fingerprint.of(model.getBlock());
        }
    }

    @Test
    void settingsCountWhereParametersAreTheSame() {
        Fingerprint plain = of(network(convolution(), 1e-5f, 2, 0.1f));
        assertEquals(plain, of(network(convolution(), 1e-5f, 2, 0.1f)));
        List<Block> others =
                List.of(
                        network(convolution().optStride(new Shape(2, 2)), 1e-5f, 2, 0.1f),
                        network(convolution().optPadding(new Shape(1, 1)), 1e-5f, 2, 0.1f),
                        network(convolution().optDilation(new Shape(2, 2)), 1e-5f, 2, 0.1f),
                        network(convolution(), 1e-3f, 2, 0.1f),
                        network(convolution(), 1e-5f, 3, 0.1f),
                        network(convolution(), 1e-5f, 2, 0.2f));
        Set<Fingerprint> all = new HashSet<>(Set.of(plain));
        for (Block other : others) {
            all.add(of(other));
        }
        assertEquals(1 + others.size(), all.size());
    }

    @Test
    void aSavedNetworkHasThatOfTheOriginal(@TempDir Path folder) throws IOException {
        try (Model model = model(network(convolution(), 1e-5f, 2, 0.1f))) {
            Path file = ModelFiles.save(model, folder, "m");
            Block again = network(convolution(), 1e-5f, 2, 0.1f);
            try (Teacher original = ModelTeacher.of(model, TeacherOutput.LOGITS);
                    Teacher saved = ModelTeacher.saved(file, again, TeacherOutput.LOGITS)) {
                assertEquals(original.fingerprint(), saved.fingerprint());
            }
        }
    }

    @Test
    void theStructureIsThatOfSettingsAndShapesAndNotOfValues() {
        Block block = network(convolution(), 1e-5f, 2, 0.1f);
        try (Model model = model(block);
                Model otherSlope = model(network(convolution(), 1e-5f, 2, 0.2f));
                Model otherShape = model(network(convolution().setFilters(5), 1e-5f, 2, 0.1f))) {
            Fingerprint structure = Fingerprint.ofStructure(block);
            Fingerprint values = Fingerprint.of(block);
            block.getParameters().valueAt(0).getArray().muli(2);
            assertNotEquals(values, Fingerprint.of(block));
            assertEquals(structure, Fingerprint.ofStructure(block));
            assertNotEquals(structure, Fingerprint.ofStructure(otherSlope.getBlock()));
            assertNotEquals(structure, Fingerprint.ofStructure(otherShape.getBlock()));
            model.getBlock().freezeParameters(true);
            assertNotEquals(structure, Fingerprint.ofStructure(block));
        }
    }

    @Test
    void anArrayThatIsReadInPartsHasTheHashOfTheWhole() {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray array = manager.randomNormal(new Shape(3, 7, 5));
            MessageDigest whole = Fingerprint.sha256();
            Fingerprint.update(whole, array, 1 << 20);
            MessageDigest parts = Fingerprint.sha256();
            Fingerprint.update(parts, array, 44);
            assertArrayEquals(whole.digest(), parts.digest());
        }
    }
}
