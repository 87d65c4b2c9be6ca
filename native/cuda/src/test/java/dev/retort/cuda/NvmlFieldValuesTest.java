package dev.retort.cuda;

import static dev.retort.cuda.Drivers.available;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.retort.cuda.standin.StandIn;
import dev.retort.cuda.standin.StandInExtension;
import dev.retort.cuda.standin.StandInNvml.Value;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.util.List;

@ExtendWith(StandInExtension.class)
class NvmlFieldValuesTest {
    private static NvmlFieldValues fields(Nvml nvml, NvmlField... fields) {
        return nvml.fieldValues(nvml.deviceByIndex(1), List.of(fields));
    }

    @Test
    void valuesHaveTheirOwnWidths(StandIn standIn) {
        standIn.nvml().set(0, Value.PCIE_TX_BYTES, (1L << 32) + 4_000_000_000L);
        standIn.nvml().set(0, Value.NVLINK_TX_KIB, 1L << 40);
        try (Nvml nvml = available(Nvml.open())) {
            NvmlFieldValues values =
                    fields(
                            nvml,
                            NvmlField.PCIE_TRANSMITTED_BYTES,
                            NvmlField.NVLINK_TRANSMITTED_KIB.of(1),
                            NvmlField.MEMORY_TEMPERATURE);
            assertEquals(NvmlStatus.NOT_READY, values.status(0));
            assertEquals(NvmlStatus.SUCCESS, values.read());
            for (int i = 0; i < 3; i++) {
                assertEquals(NvmlStatus.SUCCESS, values.status(i));
            }
            assertEquals(4_000_000_000L, values.value(0), "unsigned, without what lies beside it");
            assertEquals(32, values.bits(0));
            assertEquals(1L << 40, values.value(1));
            assertEquals(64, values.bits(1));
            assertEquals(72, values.value(2));
            assertEquals(1_700_000_000_000_002L, values.timestampMicros(2));
            assertEquals(7, values.latencyMicros(2));
        }
    }

    @Test
    void oneFieldThatFailsLeavesTheOthers(StandIn standIn) {
        standIn.nvml().failField(144, 4);
        try (Nvml nvml = available(Nvml.open())) {
            NvmlFieldValues values =
                    fields(
                            nvml,
                            NvmlField.REMAPPED_CORRECTED,
                            NvmlField.REMAPPING_PENDING,
                            NvmlField.POWER_INSTANT.of(NvmlField.MODULE),
                            NvmlField.NVLINK_RECEIVED_KIB.of(17));
            assertEquals(NvmlStatus.SUCCESS, values.read(), "any field is enough for this");
            assertEquals(NvmlStatus.SUCCESS, values.status(0));
            assertEquals(NvmlStatus.NO_PERMISSION, values.status(1));
            assertEquals(NvmlStatus.NOT_SUPPORTED, values.status(2));
            assertEquals(NvmlStatus.INVALID_ARGUMENT, values.status(3));
            assertEquals(
                    "field 186, scope 1: nvmlDeviceGetFieldValues: NVML_ERROR_NOT_SUPPORTED (3):"
                            + " simulated: Not Supported",
                    values.reason(2));
        }
    }

    @Test
    void aCallThatFailsAsAWholeLeavesNoOldValues(StandIn standIn) {
        try (Nvml nvml = available(Nvml.open())) {
            NvmlFieldValues values = fields(nvml, NvmlField.POWER_INSTANT);
            assertEquals(NvmlStatus.SUCCESS, values.read());
            standIn.fail("nvmlDeviceGetFieldValues", 999, 1);
            assertEquals(NvmlStatus.UNKNOWN, values.read());
            assertEquals(NvmlStatus.UNKNOWN, values.status(0));
            standIn.loseDevice(0);
            assertEquals(NvmlStatus.GPU_IS_LOST, values.read());
            assertEquals(NvmlStatus.GPU_IS_LOST, values.status(0));
        }
    }

    @Test
    void noFieldsAreRefused() {
        try (Nvml nvml = available(Nvml.open())) {
            assertThrows(IllegalArgumentException.class, () -> fields(nvml));
        }
    }
}
