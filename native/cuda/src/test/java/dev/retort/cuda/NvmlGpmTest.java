package dev.retort.cuda;

import static dev.retort.cuda.Drivers.available;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.cuda.ffi.nvml.nvml_h;
import dev.retort.cuda.standin.StandIn;
import dev.retort.cuda.standin.StandInExtension;
import dev.retort.cuda.standin.StandInNvml;
import dev.retort.cuda.standin.StandInNvml.Value;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;

@ExtendWith(StandInExtension.class)
class NvmlGpmTest {
    private static final List<GpmMetric> METRICS =
            List.of(GpmMetric.SM_ACTIVITY, GpmMetric.TENSOR_ACTIVITY, GpmMetric.DRAM_BANDWIDTH);

    private final AtomicLong nanoTime = new AtomicLong();

    private Availability<NvmlGpm> open(Nvml nvml, OptionalInt instance) {
        return NvmlGpm.open(
                nvml,
                new Features<>(
                        CudaLibrary.NVML,
                        NvmlFeature.class,
                        symbol -> LibraryLoader.symbol(symbol).isPresent()),
                nvml.deviceByIndex(1),
                instance,
                METRICS,
                nanoTime::get);
    }

    private void pass() {
        nanoTime.addAndGet(NvmlGpm.SHORTEST_INTERVAL_NANOS);
    }

    /** The struct has had room for 98, 210 and 333 metrics under one and the same version. */
    @ParameterizedTest
    @ValueSource(ints = {98, 210, 333, NvmlGpm.METRIC_ROOM})
    void activityIsReadWhateverTheSizeOfTheDriversStruct(int metrics, StandIn standIn) {
        assertTrue(NvmlGpm.METRIC_ROOM >= nvml_h.NVML_GPM_METRIC_MAX());
        standIn.nvml().set(0, Value.GPM_METRIC_MAX, metrics);
        standIn.nvml().gpm(0, 2, 61.25);
        standIn.nvml().gpm(0, 5, 33);
        standIn.nvml().gpm(0, 10, -1);
        try (Nvml nvml = available(Nvml.open());
                NvmlGpm gpm = available(open(nvml, OptionalInt.empty()))) {
            assertEquals(NvmlStatus.NOT_READY, gpm.sample(), "one sample is none");
            for (int i = 0; i < 3; i++) {
                pass();
                assertEquals(NvmlStatus.SUCCESS, gpm.sample());
                assertEquals(NvmlStatus.SUCCESS, gpm.status(0));
                assertEquals(61.25, gpm.value(0));
                assertEquals(33, gpm.value(1));
                assertEquals(NvmlStatus.NOT_SUPPORTED, gpm.status(2));
            }
        }
    }

    @Test
    void samplesAreTakenNoCloserThanTheDriverRefreshes(StandIn standIn) {
        try (Nvml nvml = available(Nvml.open());
                NvmlGpm gpm = available(open(nvml, OptionalInt.empty()))) {
            gpm.sample();
            standIn.fail("nvmlGpmSampleGet", 3, -1);
            nanoTime.addAndGet(NvmlGpm.SHORTEST_INTERVAL_NANOS - 1);
            assertEquals(NvmlStatus.NOT_READY, gpm.sample(), "the driver is not asked");
            nanoTime.addAndGet(1);
            assertEquals(NvmlStatus.NOT_SUPPORTED, gpm.sample());
        }
    }

    @Test
    void aFailedSampleIsNeverCompared(StandIn standIn) {
        try (Nvml nvml = available(Nvml.open());
                NvmlGpm gpm = available(open(nvml, OptionalInt.empty()))) {
            gpm.sample();
            pass();
            standIn.fail("nvmlGpmSampleGet", 999, 1);
            assertEquals(NvmlStatus.UNKNOWN, gpm.sample());
            assertTrue(gpm.reason(NvmlStatus.UNKNOWN).startsWith("nvmlGpmSampleGet: NVML_ERROR_"));
            pass();
            assertEquals(NvmlStatus.NOT_READY, gpm.sample());
            pass();
            assertEquals(NvmlStatus.SUCCESS, gpm.sample());
        }
    }

    @Test
    void instancesAreToldApart(StandIn standIn) {
        standIn.nvml().set(0, Value.MIG_INSTANCES, 2);
        standIn.nvml().gpm(0, 2, 10);
        int first = StandInNvml.FIRST_GPU_INSTANCE;
        try (Nvml nvml = available(Nvml.open());
                NvmlGpm one = available(open(nvml, OptionalInt.of(first)));
                NvmlGpm other = available(open(nvml, OptionalInt.of(first + 1)));
                NvmlGpm none = available(open(nvml, OptionalInt.of(first + 2)))) {
            one.sample();
            other.sample();
            assertEquals(NvmlStatus.INVALID_ARGUMENT, none.sample());
            assertTrue(none.reason(NvmlStatus.INVALID_ARGUMENT).startsWith("nvmlGpmMigSampleGet"));
            pass();
            assertEquals(NvmlStatus.SUCCESS, one.sample());
            assertEquals(NvmlStatus.SUCCESS, other.sample());
            assertEquals(10 + first, one.value(0));
            assertEquals(10 + first + 1, other.value(0));
        }
    }

    @Test
    void absenceHasAReason(StandIn standIn) {
        standIn.nvml().set(0, Value.GPM_SUPPORTED, 0);
        try (Nvml nvml = available(Nvml.open())) {
            assertEquals(
                    List.of("the device has no GPM, which came with Hopper"),
                    open(nvml, OptionalInt.empty()).absenceReasons());
            long device = nvml.deviceByIndex(1);
            standIn.loseDevice(0);
            assertTrue(
                    nvml.gpm(device, METRICS)
                            .absenceReasons()
                            .getFirst()
                            .startsWith("nvmlGpmQueryDeviceSupport: NVML_ERROR_GPU_IS_LOST"));
        }
    }

    @Test
    void closedSamplesAreRefused() {
        try (Nvml nvml = available(Nvml.open())) {
            NvmlGpm gpm = available(open(nvml, OptionalInt.empty()));
            gpm.close();
            gpm.close();
            assertThrows(IllegalStateException.class, gpm::sample);
        }
    }
}
