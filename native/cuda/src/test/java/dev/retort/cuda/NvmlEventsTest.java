package dev.retort.cuda;

import static dev.retort.cuda.Drivers.available;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.retort.cuda.standin.StandIn;
import dev.retort.cuda.standin.StandInExtension;
import dev.retort.cuda.standin.StandInNvml.Value;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

@ExtendWith(StandInExtension.class)
class NvmlEventsTest {
    @Test
    void criticalErrorsOfTheDeviceArriveInOrder(StandIn standIn) {
        standIn.nvml().raise(0, NvmlEvent.CRITICAL_XID, 13);
        try (Nvml nvml = available(Nvml.open());
                NvmlEvents events = available(nvml.events(nvml.deviceByIndex(1)))) {
            assertEquals(NvmlStatus.TIMEOUT, events.next(0), "earlier events are not replayed");
            standIn.nvml().raise(0, NvmlEvent.CRITICAL_XID, 79);
            standIn.nvml().raise(1, NvmlEvent.CRITICAL_XID, 31);
            standIn.nvml().raise(0, NvmlEvent.SINGLE_BIT_ECC_ERROR, 0);
            standIn.nvml().raise(0, NvmlEvent.DOUBLE_BIT_ECC_ERROR, 0);
            assertEquals(NvmlStatus.SUCCESS, events.next(0));
            assertEquals(
                    new NvmlEvent(
                            nvml.deviceByIndex(1),
                            NvmlEvent.CRITICAL_XID,
                            79,
                            NvmlEvent.NO_INSTANCE,
                            NvmlEvent.NO_INSTANCE),
                    events.last());
            assertEquals(NvmlStatus.SUCCESS, events.next(0));
            assertEquals(NvmlEvent.DOUBLE_BIT_ECC_ERROR, events.last().type());
            assertEquals(NvmlStatus.TIMEOUT, events.next(0));
            standIn.loseDevice(0);
            assertEquals(NvmlStatus.GPU_IS_LOST, events.next(0));
        }
    }

    /** The extension fails this test when a set is not freed. */
    @ParameterizedTest
    @ValueSource(ints = {3, 999})
    void aSetThatCannotBeUsedIsFreed(int code, StandIn standIn) {
        standIn.fail("nvmlDeviceRegisterEvents", code, 1);
        try (Nvml nvml = available(Nvml.open())) {
            List<String> reasons = nvml.events(nvml.deviceByIndex(1)).absenceReasons();
            assertEquals(1, reasons.size());
            assertEquals("nvmlDeviceRegisterEvents", reasons.getFirst().split(":", 2)[0]);
        }
    }

    @Test
    void aDeviceWithoutEventsSaysSo(StandIn standIn) {
        standIn.nvml().set(0, Value.EVENT_TYPES, 0);
        try (Nvml nvml = available(Nvml.open())) {
            assertEquals(
                    List.of("the device reports no critical errors as events"),
                    nvml.events(nvml.deviceByIndex(1)).absenceReasons());
        }
    }

    @Test
    void aClosedSetIsRefused() {
        try (Nvml nvml = available(Nvml.open())) {
            NvmlEvents events = available(nvml.events(nvml.deviceByIndex(1)));
            events.close();
            events.close();
            assertThrows(IllegalStateException.class, () -> events.next(0));
        }
    }
}
