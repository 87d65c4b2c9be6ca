package dev.retort.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.util.Pair;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;

/** A network of DJL's blocks trains, the same for the same seed, in flat memory. */
class TrainingTest {
    @TempDir Path folder;

    @Test
    void aNetworkLearns() {
        try (Mlp mlp = new Mlp(1)) {
            float first = mlp.step();
            float last = Float.NaN;
            for (int i = 0; i < 300; i++) {
                last = mlp.step();
            }
            assertTrue(last < first / 2, first + " became " + last);
        }
    }

    @Test
    void theSameSeedGivesTheSameLosses() {
        assertArrayEquals(losses(7), losses(7));
    }

    private static double[] losses(int seed) {
        try (Mlp mlp = new Mlp(seed)) {
            return IntStream.range(0, 20).mapToDouble(_ -> mlp.step()).toArray();
        }
    }

    @Test
    void aStepLeavesNoArrayBehind() {
        try (Mlp mlp = new Mlp(3)) {
            steps(mlp, 5);
            long before = SettledHandles.count();
            steps(mlp, 50);
            assertEquals(before, LiveHandles.count());
        }
    }

    @Test
    @Tag("slow")
    void thousandsOfStepsDoNotGrowTheProcess() throws IOException {
        try (Mlp mlp = new Mlp(3)) {
            steps(mlp, 1000);
            long handles = SettledHandles.count();
            long hiddenOutputs = 300L * 32 * 32 * Float.BYTES;
            ResidentSet.assertFlat(hiddenOutputs, () -> steps(mlp, 300));
            assertEquals(handles, LiveHandles.count());
        }
    }

    private static void steps(Mlp mlp, int count) {
        for (int i = 0; i < count; i++) {
            mlp.step();
        }
    }

    @Test
    void parametersAreSavedAndLoaded() throws Exception {
        try (Mlp trained = new Mlp(1);
                Mlp other = new Mlp(2)) {
            trained.step();
            trained.model().save(folder, "mlp");
            assertTrue(Files.exists(folder.resolve("mlp-0000.params")));
            Model loaded = other.model();
            loaded.load(folder, "mlp");
            var expected = trained.model().getBlock().getParameters();
            for (Pair<String, ai.djl.nn.Parameter> pair : loaded.getBlock().getParameters()) {
                NDArray array = expected.get(pair.getKey()).getArray();
                assertEquals(array, pair.getValue().getArray());
            }
        }
    }
}
