package dev.retort.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.OptionalDouble;

class ReadingTest {
    @Test
    void absenceIsNeverZero() {
        assertEquals(OptionalDouble.empty(), new Reading.Absent("no counter").ifMeasured());
        assertEquals(OptionalDouble.of(0), Reading.now(0, "counter").ifMeasured());
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void whatIsNotFiniteIsNoMeasurement(double value) {
        assertThrows(IllegalArgumentException.class, () -> Reading.now(value, "counter"));
    }
}
