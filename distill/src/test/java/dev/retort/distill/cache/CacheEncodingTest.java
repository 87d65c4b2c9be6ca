package dev.retort.distill.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

class CacheEncodingTest {
    private static final int CLASSES = 20;

    private static float[] decoded(CacheEncoding encoding, float[] logits) {
        ByteBuffer bytes = CacheLayout.allocate(encoding.rowBytes(logits.length));
        encoding.write(logits, 0, logits.length, bytes);
        assertEquals(0, bytes.remaining(), "the bytes that it says");
        float[] read = new float[logits.length];
        encoding.read(bytes.flip(), read, 0, logits.length);
        assertEquals(0, bytes.remaining());
        return read;
    }

    private static float[] logits(long seed, double size) {
        Random random = new Random(seed);
        float[] logits = new float[CLASSES];
        for (int i = 0; i < CLASSES; i++) {
            logits[i] = (float) (size * random.nextGaussian());
        }
        return logits;
    }

    @Test
    void fullPrecisionLosesNothing() {
        for (int seed = 0; seed < 50; seed++) {
            float[] logits = logits(seed, 10);
            assertArrayEquals(logits, decoded(CacheEncoding.fp32(), logits));
        }
    }

    @Test
    void halfPrecisionIsWithinItsBound() {
        for (int seed = 0; seed < 50; seed++) {
            float[] logits = logits(seed, 10);
            float[] read = decoded(CacheEncoding.fp16(), logits);
            for (int i = 0; i < CLASSES; i++) {
                assertEquals(logits[i], read[i], Math.abs(logits[i]) / 2048 + 1e-7);
            }
        }
        float[] large = {1, 70000};
        ByteBuffer bytes = CacheLayout.allocate(4);
        assertEquals(
                "expected logits of at most 65504 for fp16, found 70000.0",
                String.valueOf(
                        assertThrows(
                                        IllegalArgumentException.class,
                                        () -> CacheEncoding.fp16().write(large, 0, 2, bytes))
                                .getMessage()));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 19})
    void theTopKeepsTheLargestLogitsAndTheMassOfTheRest(int k) {
        for (int seed = 0; seed < 50; seed++) {
            for (double size : new double[] {0.01, 1, 30, 1000}) {
                float[] logits = logits(seed, size);
                float[] read = decoded(CacheEncoding.top(k), logits);
                float threshold = sortedDescending(logits)[k - 1];
                double rest = 0;
                double readRest = 0;
                double top = sortedDescending(logits)[0];
                int kept = 0;
                for (int i = 0; i < CLASSES; i++) {
                    if (logits[i] >= threshold && kept < k) {
                        assertEquals(logits[i], read[i]);
                        kept++;
                    } else {
                        rest += Math.exp(logits[i] - top);
                        readRest += Math.exp(read[i] - top);
                    }
                }
                assertEquals(rest, readRest, rest * 1e-4 + 1e-30, "seed " + seed);
            }
        }
    }

    @Test
    void whatIsExpectedOfALiveTeacherKeepsTheClassesThatWereKept() {
        float[] logits = {3, 2.0000f, 2.0001f, -1};
        CacheEncoding top = CacheEncoding.top(2);
        ByteBuffer bytes = CacheLayout.allocate(top.rowBytes(4));
        top.write(logits, 0, 4, bytes);
        float[] stored = new float[4];
        top.read(bytes.flip(), stored, 0, 4);
        // Rounding turned the order of the second and the third.
        float[] live = {3, 2.0001f, 2.0000f, -1};
        top.expect(bytes.rewind(), live, 0, 4);
        assertArrayEquals(stored, live, 2e-4f);
    }

    @Test
    void namesAreReadBack() {
        for (CacheEncoding encoding :
                new CacheEncoding[] {
                    CacheEncoding.fp32(), CacheEncoding.fp16(), CacheEncoding.top(12)
                }) {
            assertEquals(encoding, CacheEncoding.of(encoding.label()));
        }
        for (String name : new String[] {"fp8", "top-", "top-0", "top--1", "top-9999999999", ""}) {
            assertTrue(
                    String.valueOf(
                                    assertThrows(
                                                    IllegalArgumentException.class,
                                                    () -> CacheEncoding.of(name))
                                            .getMessage())
                            .startsWith("expected "),
                    name);
        }
        assertEquals(
                "expected fewer classes to keep than the 10 there are, found 10",
                String.valueOf(
                        assertThrows(
                                        IllegalArgumentException.class,
                                        () -> CacheEncoding.top(10).check(10))
                                .getMessage()));
    }

    private static float[] sortedDescending(float[] values) {
        float[] sorted = values.clone();
        Arrays.sort(sorted);
        for (int i = 0; i < sorted.length / 2; i++) {
            float value = sorted[i];
            sorted[i] = sorted[sorted.length - 1 - i];
            sorted[sorted.length - 1 - i] = value;
        }
        return sorted;
    }
}
