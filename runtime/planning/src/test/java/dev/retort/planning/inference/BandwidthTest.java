package dev.retort.planning.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.retort.planning.PlanningException;
import dev.retort.planning.inference.Bandwidth.Rate;

import org.junit.jupiter.api.Test;

import java.util.List;

class BandwidthTest {
    private static final Bandwidth MEASURED =
            new Bandwidth(List.of(new Rate(1e6, 80e9), new Rate(4e6, 20e9), new Rate(64e6, 10e9)));

    @Test
    void measuredSizesHaveTheirRates() {
        assertEquals(80e9, MEASURED.at(1e6));
        assertEquals(20e9, MEASURED.at(4e6), 1);
        assertEquals(10e9, MEASURED.at(64e6), 1);
    }

    @Test
    void betweenTwoSizesTheRateIsAPowerOfTheSize() {
        assertEquals(40e9, MEASURED.at(2e6), 1);
        assertEquals(20e9 / Math.sqrt(2), MEASURED.at(16e6), 1);
    }

    @Test
    void beyondThemTheNearestHolds() {
        assertEquals(80e9, MEASURED.at(0));
        assertEquals(10e9, MEASURED.at(1e12));
        assertEquals(5e9, new Bandwidth(List.of(new Rate(1, 5e9))).at(1e3));
    }

    @Test
    void sizesMustAscend() {
        assertEquals(
                "expected at least one rate, found none", refusal(List.<Rate>of()).getMessage());
        assertEquals(
                "expected ascending sizes, found 5.0 bytes after 5.0",
                refusal(List.of(new Rate(5, 1), new Rate(5, 2))).getMessage());
        assertThrows(PlanningException.class, () -> new Rate(0, 1));
        assertThrows(PlanningException.class, () -> new Rate(1, Double.NaN));
    }

    private static PlanningException refusal(List<Rate> rates) {
        return assertThrows(PlanningException.class, () -> new Bandwidth(rates));
    }
}
