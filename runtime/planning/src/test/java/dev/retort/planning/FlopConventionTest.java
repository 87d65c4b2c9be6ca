package dev.retort.planning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class FlopConventionTest {
    /** 12 · 8 · 1024² parameters: eight blocks of width 1024. */
    private static final double PARAMETERS = 12 * 8 * 1024.0 * 1024;

    private static final ShapeRule SHAPE = new ShapeRule(128);

    @Test
    void aShapeHasItsParameters() {
        assertEquals(1024, SHAPE.width(PARAMETERS), 1e-9);
        assertEquals(8, SHAPE.layers(PARAMETERS), 1e-12);
        assertThrows(PlanningException.class, () -> new ShapeRule(0));
    }

    @Test
    void conventionsCountWhatTheyName() {
        double sixN = 6 * PARAMETERS;
        assertEquals(sixN * 1e9, new FlopConvention.SixND().of(PARAMETERS, 1e9));
        assertEquals(
                sixN + 6.0 * 32_000 * 1024,
                new FlopConvention.WithHead(32_000, SHAPE).perToken(PARAMETERS),
                1);
        // 12 · layers · width · context, and half of it where the masked half is skipped.
        assertEquals(
                sixN + 12.0 * 8 * 1024 * 2048,
                new FlopConvention.WithAttention(2048, false, SHAPE).perToken(PARAMETERS),
                1);
        assertEquals(
                sixN + 6.0 * 8 * 1024 * 2048,
                new FlopConvention.WithAttention(2048, true, SHAPE).perToken(PARAMETERS),
                1);
        assertEquals(
                "expected a vocabulary of at least 1, found 0",
                assertThrows(PlanningException.class, () -> new FlopConvention.WithHead(0, SHAPE))
                        .getMessage());
    }

    @Test
    void conventionsAreEqualWhereTheyCountAlike() {
        assertEquals(new FlopConvention.SixND(), new FlopConvention.SixND());
        assertFalse(
                new FlopConvention.WithHead(10, SHAPE)
                        .equals(new FlopConvention.WithHead(11, SHAPE)));
        assertTrue(new FlopConvention.WithHead(10, SHAPE).label().contains("V = 10"));
    }

    @Test
    void anIntervalHasItsEndsInOrder() {
        Interval interval = new Interval(2, 1, 4, 0.95);
        assertTrue(interval.contains(1) && interval.contains(4) && !interval.contains(4.1));
        assertEquals(new Interval(4, 1, 16, 0.95), interval.map(x -> x * x));
        assertThrows(IllegalArgumentException.class, () -> new Interval(2, 3, 1, 0.95));
        assertThrows(IllegalArgumentException.class, () -> new Interval(2, 1, 3, 1));
    }

    @Test
    void aBitIsLnTwoNats() {
        assertEquals(Math.log(2), LossUnit.BITS.toNats(1));
        assertEquals(3, LossUnit.NATS.toNats(3));
    }
}
