package dev.retort.cuda;

import static dev.retort.cuda.Drivers.available;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.cuda.Availability.Available;
import dev.retort.cuda.Availability.Unavailable;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.List;
import java.util.concurrent.TimeUnit;

/** What holds for the counters of every driver, simulated or real. */
abstract class NvmlContract {
    private static final List<GpmMetric> METRICS = List.of(GpmMetric.values());

    @ParameterizedTest
    @EnumSource
    void everyQueryReadsOrSaysWhyNot(NvmlQuery query) {
        try (Nvml nvml = available(Nvml.open())) {
            NvmlReader reader = nvml.reader(nvml.deviceByIndex(0));
            NvmlStatus status = reader.read(query);
            if (status != NvmlStatus.SUCCESS) {
                assertTrue(
                        status.permanent() || status == NvmlStatus.NO_PERMISSION,
                        () -> reader.reason(query, status));
            }
        }
    }

    @Test
    void powerAndTemperatureAreThoseOfAMachineThatRuns() {
        try (Nvml nvml = available(Nvml.open())) {
            NvmlReader reader = nvml.reader(nvml.deviceByIndex(0));
            assertEquals(NvmlStatus.SUCCESS, reader.read(NvmlQuery.POWER));
            long milliwatts = reader.value(0);
            assertTrue(milliwatts > 1_000 && milliwatts < 3_000_000, "power: " + milliwatts);
            assertEquals(NvmlStatus.SUCCESS, reader.read(NvmlQuery.TEMPERATURE));
            assertTrue(reader.value(0) > 5 && reader.value(0) < 120, "°C: " + reader.value(0));
            assertEquals(NvmlStatus.SUCCESS, reader.read(NvmlQuery.SM_CLOCK));
            assertTrue(reader.value(0) > 100 && reader.value(0) < 5_000, "MHz");
        }
    }

    @Test
    void fieldsAgreeWithTheirFunctions() {
        try (Nvml nvml = available(Nvml.open())) {
            long device = nvml.deviceByIndex(0);
            NvmlFieldValues fields = nvml.fieldValues(device, List.of(NvmlField.POWER_AVERAGE));
            fields.read();
            if (fields.status(0) == NvmlStatus.SUCCESS) {
                double function = (double) nvml.sensors().powerMilliwatts(device);
                // Two averages over about the same second.
                assertEquals(function, (double) fields.value(0), 0.5 * function + 20_000);
            } else {
                assertFalse(fields.reason(0).isBlank());
            }
        }
    }

    @Test
    void activityIsReadOrSaysWhyNot() throws InterruptedException {
        try (Nvml nvml = available(Nvml.open())) {
            switch (nvml.gpm(nvml.deviceByIndex(0), METRICS)) {
                case Unavailable<NvmlGpm>(List<String> reasons) -> assertFalse(reasons.isEmpty());
                case Available<NvmlGpm>(NvmlGpm gpm) -> {
                    try (gpm) {
                        assertEquals(NvmlStatus.NOT_READY, gpm.sample());
                        TimeUnit.NANOSECONDS.sleep(2 * NvmlGpm.SHORTEST_INTERVAL_NANOS);
                        assertEquals(NvmlStatus.SUCCESS, gpm.sample());
                        int sm = METRICS.indexOf(GpmMetric.SM_ACTIVITY);
                        assertEquals(NvmlStatus.SUCCESS, gpm.status(sm));
                        assertTrue(gpm.value(sm) >= 0 && gpm.value(sm) <= 100);
                    }
                }
            }
        }
    }

    @Test
    void listsAreReadable() {
        try (Nvml nvml = available(Nvml.open())) {
            long device = nvml.deviceByIndex(0);
            for (GpuProcess process : nvml.processes().computing(device)) {
                assertTrue(process.pid() > 0, "pid " + process.pid());
            }
            for (MigInstance instance : nvml.mig().instances(device)) {
                assertTrue(instance.uuid().startsWith("MIG-"), instance.uuid());
            }
            for (int link : nvml.links().active(device)) {
                assertTrue(nvml.links().errors(device, link, NvmlLinks.LinkError.REPLAY) >= 0);
            }
        }
    }
}
