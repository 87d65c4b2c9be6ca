package dev.retort.device.sampling;

import static dev.retort.device.Readings.reason;
import static dev.retort.device.Readings.source;
import static dev.retort.device.Readings.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.retort.device.Reading;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.OptionalDouble;

class CpuUsageTest {
    private static final Reading NONE = new Reading.Absent("not told");

    private static CpuUsage usage(Duration wall, int cores, Reading cpuSeconds) {
        return new CpuUsage(wall, cores, cpuSeconds, NONE, NONE);
    }

    @Test
    void utilisationIsTheShareOfAllCores() {
        Reading cpu = new Reading.Measured(3, "clock", 11);
        Reading utilisation = usage(Duration.ofSeconds(2), 4, cpu).utilisation();
        assertEquals(0.375, value(utilisation), 1e-12);
        assertEquals("clock / (wall * cores)", source(utilisation));
    }

    @Test
    void utilisationIsNotClamped() {
        Reading cpu = new Reading.Measured(0.01, "clock", 0);
        assertEquals(
                10, value(usage(Duration.ofMillis(1), 1, cpu).utilisation()), 1e-9, "10 ms in 1");
    }

    @Test
    void utilisationIsAbsentWithItsCause() {
        assertEquals("not told", reason(usage(Duration.ofSeconds(1), 1, NONE).utilisation()));
        Reading cpu = new Reading.Measured(0, "clock", 0);
        assertEquals(
                "no time passed, so there is no utilisation",
                reason(usage(Duration.ZERO, 1, cpu).utilisation()));
    }

    @Test
    void impossibleUsageIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> usage(Duration.ofNanos(-1), 1, NONE));
        assertThrows(IllegalArgumentException.class, () -> usage(Duration.ZERO, 0, NONE));
    }

    @Test
    void samplerCostIsAShareOfOneCore() {
        SamplerCost cost =
                new SamplerCost(
                        Duration.ofMillis(5), Duration.ofMillis(20), 10, Duration.ofSeconds(1), 1);
        assertEquals(0.005, cost.shareOfOneCore().orElseThrow(), 1e-12);
        assertEquals(0.02, cost.shareInsideDrivers().orElseThrow(), 1e-12);
        Duration none = Duration.ZERO;
        assertEquals(
                OptionalDouble.empty(), new SamplerCost(none, none, 0, none, 1).shareOfOneCore());
        assertThrows(
                IllegalArgumentException.class, () -> new SamplerCost(none, none, -1, none, 1));
        assertThrows(IllegalArgumentException.class, () -> new SamplerCost(none, none, 0, none, 0));
    }
}
