package dev.retort.cuda;

import static dev.retort.cuda.Drivers.available;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.retort.cuda.standin.StandIn;
import dev.retort.cuda.standin.StandInExtension;
import dev.retort.cuda.standin.StandInNvml.Value;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(StandInExtension.class)
class NvmlReaderTest {
    /** The device of ordinal 0: the stand-in numbers its devices the other way round. */
    private static final int INDEX = 1;

    private static long[] expected(NvmlQuery query) {
        return switch (query) {
            case UTILIZATION -> new long[] {87, 43};
            case MEMORY ->
                    new long[] {StandIn.MEMORY_BYTES, 1 << 20, StandIn.MEMORY_BYTES - (1 << 20), 0};
            case POWER -> new long[] {312_500};
            case ENFORCED_POWER_LIMIT -> new long[] {700_000};
            case ENERGY -> new long[] {5_000_000_000L};
            case TEMPERATURE -> new long[] {61};
            case GRAPHICS_CLOCK -> new long[] {1980};
            case SM_CLOCK -> new long[] {1755};
            case MEMORY_CLOCK -> new long[] {2619};
            case VIDEO_CLOCK -> new long[] {1545};
            case MAX_SM_CLOCK -> new long[] {1980};
            case CLOCK_EVENT_REASONS -> new long[] {0x24 | 1L << 40};
            case PERFORMANCE_STATE -> new long[] {2};
            case PCIE_TRANSMITTED -> new long[] {1_200_000};
            case PCIE_RECEIVED -> new long[] {3_400_000};
            case PCIE_REPLAYS -> new long[] {4_000_000_000L};
            case ECC_CORRECTED -> new long[] {12};
            case ECC_UNCORRECTED -> new long[] {3};
            case ECC_CORRECTED_LIFETIME -> new long[] {1012};
            case ECC_UNCORRECTED_LIFETIME -> new long[] {1003};
        };
    }

    private static void prepare(StandIn standIn) {
        standIn.nvml().set(0, Value.PERFORMANCE_STATE, 2);
        // More than a signed number of 32 bits holds.
        standIn.nvml().set(0, Value.PCIE_REPLAYS, 4_000_000_000L);
        standIn.nvml().set(0, Value.ECC_CORRECTED, 12);
        standIn.nvml().set(0, Value.ECC_UNCORRECTED, 3);
    }

    @ParameterizedTest
    @EnumSource
    void queriesRead(NvmlQuery query, StandIn standIn) {
        prepare(standIn);
        try (Nvml nvml = available(Nvml.open())) {
            NvmlReader reader = nvml.reader(nvml.deviceByIndex(INDEX));
            assertEquals(NvmlStatus.SUCCESS, reader.read(query));
            long[] values = new long[query.valueCount()];
            for (int i = 0; i < values.length; i++) {
                values[i] = reader.value(i);
            }
            assertArrayEquals(expected(query), values);
            assertThrows(IndexOutOfBoundsException.class, () -> reader.value(query.valueCount()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void failuresAreStatusesWithReasons(NvmlQuery query, StandIn standIn) {
        try (Nvml nvml = available(Nvml.open())) {
            NvmlReader reader = nvml.reader(nvml.deviceByIndex(INDEX));
            standIn.fail(query.function(), 17, 1);
            assertEquals(NvmlStatus.OPERATING_SYSTEM, reader.read(query));
            assertEquals(
                    query.function()
                            + ": NVML_ERROR_OPERATING_SYSTEM (17): simulated: Unknown Error",
                    reader.reason(query, NvmlStatus.OPERATING_SYSTEM));
            assertEquals(NvmlStatus.SUCCESS, reader.read(query), "the fault was of one call");
            standIn.loseDevice(0);
            assertEquals(NvmlStatus.GPU_IS_LOST, reader.read(query));
        }
    }

    @Test
    void aClosedLibraryIsNotCalled() {
        Nvml nvml = available(Nvml.open());
        NvmlReader reader = nvml.reader(nvml.deviceByIndex(INDEX));
        nvml.close();
        assertThrows(IllegalStateException.class, () -> reader.read(NvmlQuery.POWER));
    }
}
