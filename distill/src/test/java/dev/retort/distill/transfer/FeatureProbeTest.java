package dev.retort.distill.transfer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;

import dev.retort.distill.ModelFiles;
import dev.retort.distill.Networks;
import dev.retort.distill.data.DataException;
import dev.retort.distill.train.TrainingObserver;
import dev.retort.distill.train.TrainingPlan;
import dev.retort.distill.transfer.FeatureProbe.Samples;
import dev.retort.efficiency.RunMeter;
import dev.retort.efficiency.RunOptions;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

@Tag("engines")
class FeatureProbeTest {
    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    /** Three clouds far from each other, of tiny numbers, as those of unit vectors are. */
    private static Samples clouds(int count, long seed) {
        RandomGenerator random = RandomGeneratorFactory.getDefault().create(seed);
        float[][] features = new float[count][4];
        int[] classes = new int[count];
        for (int i = 0; i < count; i++) {
            classes[i] = i % 3;
            for (int j = 0; j < 4; j++) {
                features[i][j] =
                        (float) (1e-3 * ((j == classes[i] ? 5 : 0) + random.nextGaussian()));
            }
        }
        return new Samples(features, classes);
    }

    private FeatureProbe train(Samples samples, int[] hidden) {
        try (RunMeter meter = RunOptions.of("probe").open()) {
            return FeatureProbe.train(
                    samples,
                    clouds(60, 2),
                    new FeatureProbe.Settings(hidden, TrainingPlan.of(20, 16, 0.02f), 1),
                    meter,
                    TrainingObserver.NONE,
                    manager);
        }
    }

    @Test
    void tellsCloudsApart() {
        for (int[] hidden : new int[][] {{}, {8}}) {
            try (FeatureProbe probe = train(clouds(300, 1), hidden)) {
                assertTrue(probe.evaluate(clouds(300, 3)).accuracy() > 0.97);
                float[] logits = probe.logits(new float[] {0, 5e-3f, 0, 0});
                assertEquals(3, logits.length);
                assertTrue(logits[1] > logits[0] && logits[1] > logits[2]);
                assertThrows(IllegalArgumentException.class, () -> probe.logits(new float[3]));
            }
        }
    }

    /** The one thing that is kept of a probe is its head. */
    @Test
    void aHeadThatIsReadBackTakesFeaturesAsTheyAre(@TempDir Path folder) throws Exception {
        float[] features = {1e-3f, 2e-3f, 3e-3f, 0};
        float[] expected;
        try (FeatureProbe probe = train(clouds(300, 1), new int[] {8})) {
            expected = probe.logits(features);
            ModelFiles.save(probe.model(), folder, "head");
        }
        try (Model read = Model.newInstance("head")) {
            read.setBlock(Networks.mlp(new int[] {8}, 3));
            read.load(folder, "head");
            NDManager scope = read.getNDManager();
            float[] found =
                    read.getBlock()
                            .forward(
                                    new ParameterStore(scope, false),
                                    new NDList(scope.create(features, new Shape(1, 4))),
                                    false)
                            .head()
                            .toFloatArray();
            assertArrayEquals(expected, found);
            assertTrue(found[2] > found[0] && found[2] > found[1], Arrays.toString(found));
        }
    }

    @Test
    void aSeedGivesTheSameLogits() {
        float[] features = {1e-3f, 2e-3f, 3e-3f, 0};
        try (FeatureProbe one = train(clouds(90, 1), new int[] {8});
                FeatureProbe other = train(clouds(90, 1), new int[] {8})) {
            assertArrayEquals(one.logits(features), other.logits(features));
        }
    }

    @Test
    void refusesWhatCannotBeLearned() {
        Samples oneClass = new Samples(new float[][] {{1}, {2}}, new int[] {1, 1});
        assertThrows(DataException.class, () -> train(oneClass, new int[0]));
        Samples zeros = new Samples(new float[2][1], new int[] {0, 1});
        assertThrows(DataException.class, () -> train(zeros, new int[0]));
        Samples notNumbers = new Samples(new float[][] {{Float.NaN}, {1}}, new int[] {0, 1});
        assertThrows(DataException.class, () -> train(notNumbers, new int[0]));
        assertThrows(DataException.class, () -> new Samples(new float[0][], new int[0]));
        assertThrows(
                DataException.class,
                () -> new Samples(new float[][] {{1}, {1, 2}}, new int[] {0, 1}));
    }
}
