package dev.retort.device.blas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class ProductShapeTest {
    @Test
    void sizesFollowTheElementTypes() {
        ProductShape half = new ProductShape(Precision.FLOAT16, 2, 3, 5, false, false);
        assertEquals(20, half.bytesOfA());
        assertEquals(30, half.bytesOfB());
        assertEquals(12, half.bytesOfC());
        assertEquals(60, half.operations());
        ProductShape eighth = new ProductShape(Precision.FLOAT8_E4M3, 16, 32, 48, false, true);
        assertEquals(16 * 48, eighth.bytesOfA());
        assertEquals(16 * 32 * 2, eighth.bytesOfC());
    }

    @Test
    void wrongExtentsAreRefused() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new ProductShape(Precision.FLOAT32, 0, 1, 1, false, false));
        ProductShape huge =
                new ProductShape(Precision.FLOAT32, 1L << 32, 1L << 32, 1, false, false);
        assertThrows(ArithmeticException.class, huge::bytesOfC);
    }

    @Test
    void fp8DemandsItsLayout() {
        assertEquals(
                "a product of fp8 matrices takes A as it is and B transposed",
                assertThrows(
                                IllegalArgumentException.class,
                                () ->
                                        new ProductShape(
                                                Precision.FLOAT8_E4M3, 16, 16, 16, false, false))
                        .getMessage());
        assertThrows(
                IllegalArgumentException.class,
                () -> new ProductShape(Precision.FLOAT8_E4M3, 16, 16, 8, false, true));
    }
}
