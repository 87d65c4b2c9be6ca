package dev.retort.cuda;

import static dev.retort.cuda.Drivers.available;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.cuda.standin.StandIn;
import dev.retort.cuda.standin.StandInExtension;
import dev.retort.cuda.standin.StandInNvml;
import dev.retort.cuda.standin.StandInNvml.Value;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;

@ExtendWith(StandInExtension.class)
class NvmlProcessesTest {
    /** Drivers have changed the size of an element without telling. */
    @ParameterizedTest
    @CsvSource({"24, 1", "24, 2", "24, 40", "32, 1", "32, 3", "32, 40", "16, 1", "16, 3", "16, 40"})
    void processesAreReadWhateverTheDriversStride(int stride, int count, StandIn standIn) {
        standIn.nvml().set(0, Value.PROCESS_STRIDE, stride);
        standIn.nvml().set(0, Value.PROCESSES, count);
        try (Nvml nvml = available(Nvml.open())) {
            List<GpuProcess> processes = nvml.processes().computing(nvml.deviceByIndex(1));
            assertEquals(count, processes.size());
            for (int i = 0; i < count; i++) {
                assertEquals(
                        new GpuProcess(
                                StandInNvml.FIRST_PID + i,
                                OptionalLong.of((i + 1L) << 20),
                                OptionalInt.empty(),
                                OptionalInt.empty()),
                        processes.get(i));
            }
        }
    }

    @Test
    void anUnknownLayoutIsRefusedAndNotGuessed(StandIn standIn) {
        standIn.nvml().set(0, Value.PROCESS_STRIDE, 40);
        standIn.nvml().set(0, Value.PROCESSES, 2);
        try (Nvml nvml = available(Nvml.open())) {
            long device = nvml.deviceByIndex(1);
            NotSupportedException refused =
                    assertThrows(
                            NotSupportedException.class, () -> nvml.processes().computing(device));
            assertEquals("2 processes in 80 bytes have none of the known layouts", refused.text());
        }
    }

    /** Also where the driver clears the whole table, so that its end tells nothing. */
    @Test
    void aClearedTableIsReadByItsNumbers() {
        Random random = new Random(7);
        for (int round = 0; round < 500; round++) {
            int stride = ProcessTable.STRIDES[random.nextInt(3)];
            int count = 2 + random.nextInt(6);
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment table = arena.allocate(10L * ProcessTable.ROOM, Long.BYTES);
                for (int i = 0; i < count; i++) {
                    long at = (long) i * stride;
                    table.set(ValueLayout.JAVA_INT, at, 1 + random.nextInt((1 << 22) - 1));
                    // Memory of at least 4 GiB: its upper half could be taken for a process.
                    table.set(ValueLayout.JAVA_LONG, at + 8, 1L << 32 | random.nextInt() << 12);
                    if (stride >= 24) {
                        table.set(ValueLayout.JAVA_LONG, at + 16, -1L);
                    }
                }
                assertEquals(stride, ProcessTable.stride(table, count), "round " + round);
            }
        }
    }

    @Test
    void unknownMemoryIsAbsent(StandIn standIn) {
        standIn.nvml().set(0, Value.PROCESSES, 1);
        standIn.nvml().set(0, Value.PROCESS_MEMORY_KNOWN, 0);
        try (Nvml nvml = available(Nvml.open())) {
            assertEquals(
                    OptionalLong.empty(),
                    nvml.processes().computing(nvml.deviceByIndex(1)).getFirst().memoryBytes());
        }
    }

    @Test
    void noProcessIsNoFailure() {
        try (Nvml nvml = available(Nvml.open())) {
            long device = nvml.deviceByIndex(1);
            assertEquals(List.of(), nvml.processes().computing(device));
            assertEquals(List.of(), nvml.processes().utilization(device, 0));
        }
    }

    @Test
    void utilizationIsByProcessAndSinceAMoment(StandIn standIn) {
        standIn.nvml().set(0, Value.PROCESSES, 2);
        try (Nvml nvml = available(Nvml.open())) {
            long device = nvml.deviceByIndex(1);
            List<NvmlProcesses.Utilization> all = nvml.processes().utilization(device, 0);
            assertEquals(
                    List.of(
                            new NvmlProcesses.Utilization(StandInNvml.FIRST_PID, 1001, 10, 5),
                            new NvmlProcesses.Utilization(StandInNvml.FIRST_PID + 1, 1002, 11, 6)),
                    all,
                    "without the element that the driver left empty");
            assertEquals(List.of(), nvml.processes().utilization(device, 1002));
            standIn.nvml().set(0, Value.MIG_INSTANCES, 1);
            assertThrows(
                    NotSupportedException.class, () -> nvml.processes().utilization(device, 0));
        }
    }

    @Test
    void accountsAreOfProcessesAlsoOfEndedOnes(StandIn standIn) {
        try (Nvml nvml = available(Nvml.open())) {
            long device = nvml.deviceByIndex(1);
            NvmlProcesses processes = nvml.processes();
            assertFalse(processes.accounting(device));
            standIn.nvml().set(0, Value.ACCOUNTING, 1);
            standIn.nvml().set(0, Value.PROCESSES, 2);
            assertTrue(processes.accounting(device));
            assertEquals(
                    List.of(StandInNvml.FIRST_PID, StandInNvml.FIRST_PID + 1),
                    processes.accounted(device));
            assertTrue(processes.accountOf(device, StandInNvml.FIRST_PID).running());
            assertEquals(
                    new NvmlProcesses.Accounting(
                            61,
                            23,
                            5L << 30,
                            Duration.ofMillis(1500),
                            1_700_000_000_000_000L,
                            false),
                    processes.accountOf(device, StandInNvml.FIRST_PID + 1));
            assertThrows(CudaException.class, () -> processes.accountOf(device, 1));
        }
    }
}
