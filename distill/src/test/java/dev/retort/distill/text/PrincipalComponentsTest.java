package dev.retort.distill.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.NDManager;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

@Tag("engines")
class PrincipalComponentsTest {
    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void findsTheAxesOfAnEllipse() {
        // Along (3, 4) / 5 with a variance of 50, across it with one of 2, about (1, 2).
        float[] rows = {
            1 + 3, 2 + 4, 1 - 3, 2 - 4, 1 - 0.8f, 2 + 0.6f, 1 + 0.8f, 2 - 0.6f,
        };
        PrincipalComponents one = PrincipalComponents.of(rows, 2, 1, manager);
        assertEquals(50.0 / 52, one.explained(), 1e-6);
        assertArrayEquals(new float[] {5, -5, 0, 0}, one.centred(rows, manager), 1e-5f);
        // (1, 2) itself is 11 / 5 along the axis.
        assertArrayEquals(new float[] {2.2f}, one.rotated(new float[] {1, 2}, manager), 1e-5f);
    }

    @Test
    void keepsScalarProductsWhereAllComponentsAreKept() {
        RandomGenerator random = RandomGeneratorFactory.getDefault().create(1);
        int width = 7;
        float[] rows = new float[20 * width];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = (float) random.nextGaussian();
        }
        PrincipalComponents all = PrincipalComponents.of(rows, width, width, manager);
        assertEquals(1, all.explained(), 1e-6);
        float[] rotated = all.rotated(rows, manager);
        for (int a = 0; a < 20; a++) {
            for (int b = 0; b <= a; b++) {
                double before = 0;
                double after = 0;
                for (int i = 0; i < width; i++) {
                    before += (double) rows[a * width + i] * rows[b * width + i];
                    after += (double) rotated[a * width + i] * rotated[b * width + i];
                }
                assertEquals(before, after, 1e-4);
            }
        }
    }

    @Test
    void refusesWhatHasNoComponents() {
        assertThrows(
                IllegalArgumentException.class,
                () -> PrincipalComponents.of(new float[4], 2, 3, manager));
        assertThrows(
                IllegalArgumentException.class,
                () -> PrincipalComponents.of(new float[2], 2, 1, manager));
    }
}
