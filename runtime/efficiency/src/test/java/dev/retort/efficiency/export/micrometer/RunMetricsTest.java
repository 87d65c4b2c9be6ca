package dev.retort.efficiency.export.micrometer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.device.Reading;
import dev.retort.efficiency.export.ExportOptions;
import dev.retort.efficiency.export.Figure;
import dev.retort.efficiency.export.Figure.Kind;
import dev.retort.efficiency.export.Figure.Unit;
import dev.retort.efficiency.export.Runs;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.List;
import java.util.Map;

@Timeout(60)
class RunMetricsTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final RunMetrics metrics = new RunMetrics();

    @Test
    void metersHaveTheNamesTagsAndUnitsOfTheFigures() {
        try (Runs run = new Runs()) {
            metrics.accept(
                    run.interval(
                            List.of(
                                    Runs.gauge("run.goodput", Unit.RATIO, 0.25),
                                    Runs.gpu("energy", Unit.JOULES, Kind.COUNTER, 7, "GPU-1"))));
            metrics.bindTo(registry);
            Meter goodput = registry.get("retort.run.goodput").gauge();
            assertEquals("ratio", goodput.getId().getBaseUnit());
            assertEquals("vision", goodput.getId().getTag("team"));
            assertEquals("run \"1\"", goodput.getId().getTag("run"));
            assertEquals(0.25, registry.get("retort.run.goodput").gauge().value());
            assertEquals(
                    7,
                    registry.get("retort.device.gpu.energy")
                            .tag("device", "GPU-1")
                            .functionCounter()
                            .count());
        }
    }

    @Test
    void whatBecomesAbsentHasNoMeterUntilItIsBack() {
        try (Runs run = new Runs()) {
            metrics.bindTo(registry);
            metrics.accept(run.interval(List.of(Runs.gauge("run.goodput", Unit.RATIO, 0.25))));
            Figure absent =
                    new Figure(
                            "run.goodput",
                            Unit.RATIO,
                            Kind.GAUGE,
                            Map.of(),
                            new Reading.Absent("gone"));
            metrics.accept(run.interval(List.of(absent)));
            assertNull(registry.find("retort.run.goodput").gauge());
            metrics.accept(run.interval(List.of(Runs.gauge("run.goodput", Unit.RATIO, 0.5))));
            assertEquals(0.5, registry.get("retort.run.goodput").gauge().value());
            metrics.close();
            assertNotNull(registry.find("retort.run.goodput").gauge(), "for the last push");
            metrics.remove();
            assertTrue(registry.getMeters().isEmpty());
        }
    }

    @Test
    void aRunTakesOverTheMetersOfAnEarlierOneOfItsName() {
        RunMetrics later = new RunMetrics();
        try (Runs first = new Runs();
                Runs second = new Runs()) {
            Figure energy = Runs.gpu("energy", Unit.JOULES, Kind.COUNTER, 7, "GPU-1");
            metrics.bindTo(registry);
            metrics.accept(
                    first.interval(List.of(Runs.gauge("run.goodput", Unit.RATIO, 0.25), energy)));
            later.bindTo(registry);
            later.accept(second.interval(List.of(Runs.gauge("run.goodput", Unit.RATIO, 0.5))));
            later.accept(second.interval(List.of(Runs.gauge("run.goodput", Unit.RATIO, 0.75))));
            assertEquals(0.75, registry.get("retort.run.goodput").gauge().value());
            metrics.remove();
            assertNull(registry.find("retort.device.gpu.energy").functionCounter());
            assertEquals(0.75, registry.get("retort.run.goodput").gauge().value());
            later.remove();
            assertTrue(registry.getMeters().isEmpty());
        }
    }

    @Test
    void noMeterReadsNaN() {
        try (Runs run = new Runs()) {
            metrics.bindTo(registry);
            Runs.Kept kept = new Runs.Kept();
            ExportOptions.of(run.meter).to(metrics).to(kept).every(Duration.ofHours(1)).start();
            run.step();
            run.meter.finish();
            assertFalse(registry.getMeters().isEmpty());
            registry.getMeters()
                    .forEach(
                            meter ->
                                    meter.measure()
                                            .forEach(
                                                    one ->
                                                            assertTrue(
                                                                    Double.isFinite(one.getValue()),
                                                                    meter.getId()::toString)));
            long present =
                    kept.intervals.getLast().figures().stream()
                            .filter(figure -> figure.value().isPresent())
                            .count();
            assertEquals(present, registry.getMeters().size());
        }
    }
}
