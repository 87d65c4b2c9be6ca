package dev.retort.device.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;

class ElementTypeTest {
    private static float stored(ElementType type, float value) {
        MemorySegment memory = MemorySegment.ofArray(new byte[8]);
        type.set(memory, 1, value);
        return type.get(memory, 1);
    }

    @Test
    void roundsToTheNearestAndTiesToEven() {
        for (ElementType type : ElementType.values()) {
            for (float exact : new float[] {0, -0f, 1, -2.5f, Float.POSITIVE_INFINITY}) {
                assertEquals(exact, stored(type, exact));
            }
            assertTrue(Float.isNaN(stored(type, Float.NaN)));
        }
        // bfloat16 has 7 bits behind the point of 1.
        assertEquals(1f, stored(ElementType.BFLOAT16, 1 + 0x1p-8f), "tie to even");
        assertEquals(1 + 0x1p-6f, stored(ElementType.BFLOAT16, 1 + 3 * 0x1p-8f), "tie to even");
        assertEquals(1 + 0x1p-7f, stored(ElementType.BFLOAT16, 1 + 0x1p-8f + 0x1p-20f));
        assertEquals(1f, stored(ElementType.FLOAT16, 1 + 0x1p-11f), "tie to even");
        assertEquals(Float.POSITIVE_INFINITY, stored(ElementType.BFLOAT16, Float.MAX_VALUE));
        assertTrue(Float.isNaN(stored(ElementType.BFLOAT16, Float.intBitsToFloat(0x7fffffff))));
    }
}
