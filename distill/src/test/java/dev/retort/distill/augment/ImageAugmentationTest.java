package dev.retort.distill.augment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.retort.distill.train.BatchSource;
import dev.retort.distill.train.Minibatch;
import dev.retort.distill.train.TensorSource;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

@Tag("engines")
class ImageAugmentationTest {
    private static final int SAMPLES = 400;
    private static final int CHANNELS = 2;
    private static final int HEIGHT = 5;
    private static final int WIDTH = 4;
    private static final int PIXELS = CHANNELS * HEIGHT * WIDTH;
    private static final long[] ALL = LongStream.range(0, SAMPLES).toArray();

    private final NDManager manager = NDManager.newBaseManager();
    private final NDArray images =
            manager.arange(1f, SAMPLES * PIXELS + 1)
                    .reshape(SAMPLES, CHANNELS, HEIGHT, WIDTH)
                    .toType(DataType.FLOAT32, false);

    @AfterEach
    void close() {
        manager.close();
    }

    /** What a move and a mirror make of an image, by pixels. */
    private static float[] moved(float[] image, int down, int right, boolean mirror) {
        float[] made = new float[PIXELS];
        for (int c = 0; c < CHANNELS; c++) {
            for (int y = 0; y < HEIGHT; y++) {
                for (int x = 0; x < WIDTH; x++) {
                    int fromY = y - down;
                    int fromX = (mirror ? WIDTH - 1 - x : x) - right;
                    boolean inside = fromY >= 0 && fromY < HEIGHT && fromX >= 0 && fromX < WIDTH;
                    made[(c * HEIGHT + y) * WIDTH + x] =
                            inside ? image[(c * HEIGHT + fromY) * WIDTH + fromX] : 0;
                }
            }
        }
        return made;
    }

    private static float[][] rows(NDArray array) {
        float[] all = array.toFloatArray();
        float[][] rows = new float[all.length / PIXELS][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = Arrays.copyOfRange(all, i * PIXELS, (i + 1) * PIXELS);
        }
        return rows;
    }

    private float[][] views(ImageAugmentation augmentation, long view) {
        return rows(augmentation.view(images, ALL, view, manager));
    }

    @ParameterizedTest
    @CsvSource({"1, true", "2, false", "0, true", "6, true"})
    void eachViewIsTheImageMovedAndMirroredAndAllOccurAlike(int padding, boolean mirrored) {
        Map<List<Object>, Integer> counts = new HashMap<>();
        float[][] originals = rows(images);
        ImageAugmentation augmentation = new ImageAugmentation(padding, mirrored, 7);
        int views = 20;
        for (int view = 0; view < views; view++) {
            float[][] made = views(augmentation, view);
            for (int i = 0; i < SAMPLES; i++) {
                counts.merge(found(originals[i], made[i], padding, mirrored), 1, Integer::sum);
            }
        }
        // What is moved out of sight looks the same whatever the move.
        if (padding < 3) {
            int kinds = (2 * padding + 1) * (2 * padding + 1) * (mirrored ? 2 : 1);
            assertEquals(kinds, counts.size());
            double expected = (double) SAMPLES * views / kinds;
            double chiSquare =
                    counts.values().stream()
                            .mapToDouble(n -> (n - expected) * (n - expected) / expected)
                            .sum();
            // Ten standard deviations above the mean of its distribution.
            assertTrue(chiSquare < kinds + 10 * Math.sqrt(2.0 * kinds), counts.toString());
        }
    }

    private static List<Object> found(
            float[] original, float[] made, int padding, boolean mirrored) {
        for (int down = -padding; down <= padding; down++) {
            for (int right = -padding; right <= padding; right++) {
                for (boolean mirror : mirrored ? new boolean[] {false, true} : new boolean[1]) {
                    if (Arrays.equals(moved(original, down, right, mirror), made)) {
                        return List.of(down, right, mirror);
                    }
                }
            }
        }
        throw new AssertionError("no move makes " + Arrays.toString(made));
    }

    @Test
    void withNeitherTheImagesStay() {
        float[][] made = views(new ImageAugmentation(0, false, 3), 5);
        assertArrayEquals(rows(images), made);
    }

    @Test
    void aViewDependsOnSeedSampleAndViewAlone() {
        ImageAugmentation augmentation = new ImageAugmentation(2, true, 3);
        float[][] all = views(augmentation, 5);
        NDArray two = images.get("17:19");
        float[][] made =
                rows(new ImageAugmentation(2, true, 3).view(two, new long[] {17, 18}, 5, manager));
        assertArrayEquals(all[17], made[0]);
        assertArrayEquals(all[18], made[1]);
        assertFalse(Arrays.deepEquals(all, views(augmentation, 6)));
        assertFalse(Arrays.deepEquals(all, views(new ImageAugmentation(2, true, 4), 5)));
    }

    @Test
    void aSourceShowsAnotherViewInEachEpochWithItsOwnLabel() {
        ImageAugmentation augmentation = new ImageAugmentation(1, true, 3);
        NDList labels = new NDList(manager.create(ALL));
        BatchSource source = augmentation.of(TensorSource.shuffled(images, labels, 32, 9));
        for (int epoch = 1; epoch <= 2; epoch++) {
            float[][] expected = views(augmentation, epoch);
            int seen = 0;
            try (BatchSource.Pass pass = source.pass(manager, epoch)) {
                for (Minibatch batch = pass.next(manager);
                        batch != null;
                        batch = pass.next(manager)) {
                    float[][] made = rows(batch.data().head());
                    long[] samples = batch.labels().head().toLongArray();
                    assertArrayEquals(samples, batch.positions());
                    for (int i = 0; i < samples.length; i++) {
                        assertArrayEquals(expected[(int) samples[i]], made[i]);
                    }
                    seen += batch.size();
                }
            }
            assertEquals(SAMPLES, seen);
        }
    }

    @Test
    void refusesWhatIsNoBatchOfImagesWithPositions() {
        ImageAugmentation augmentation = new ImageAugmentation(1, true, 3);
        NDArray flat = manager.zeros(new Shape(3, 20));
        assertEquals(
                "expected images of float32 and shape (batch, channels, height, width) to augment, found float32 of shape (3, 20)",
                refused(() -> augmentation.view(flat, new long[3], 0, manager)));
        assertEquals(
                "expected the positions of 400 samples in their data set to augment them, found 0",
                refused(() -> augmentation.view(images, new long[0], 0, manager)));
        assertEquals(
                "expected a padding of at least 0 pixels, found -1",
                refused(() -> new ImageAugmentation(-1, true, 3)));
    }

    private static String refused(Executable attempt) {
        return String.valueOf(assertThrows(IllegalArgumentException.class, attempt).getMessage());
    }
}
