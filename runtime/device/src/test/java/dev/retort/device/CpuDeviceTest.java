package dev.retort.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.device.counters.FakeMachine;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;

class CpuDeviceTest {
    private final FakeMachine machine;

    CpuDeviceTest(@TempDir Path folder) {
        machine = new FakeMachine(folder);
    }

    private String name() {
        return CpuDevice.of(machine.proc()).name();
    }

    @Test
    void nameIsThatOfTheFirstProcessor() {
        machine.cpuinfo(
                """
                processor\t: 0
                model\t\t: 17
                model name\t: Fake: CPU @ 3.00GHz\s
                processor\t: 1
                model name\t: Other CPU
                """);
        assertEquals("Fake: CPU @ 3.00GHz", name());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "processor\t: 0\n", "model name\t:  \n", ": :\n\0", "model name"})
    void nameFallsBackToTheArchitecture(String text) {
        assertEquals(System.getProperty("os.arch"), name(), "without a file");
        machine.cpuinfo(text);
        assertEquals(System.getProperty("os.arch"), name());
    }

    @Test
    void theMachinesMemoryHoldsThisProcess() {
        Reading memory = CpuDevice.host().memoryBytes();
        assertTrue(Readings.value(memory) >= Runtime.getRuntime().totalMemory());
    }

    @Test
    void hostHasANameAndCores() {
        CpuDevice host = CpuDevice.host();
        assertFalse(host.name().isBlank());
        assertEquals(Runtime.getRuntime().availableProcessors(), host.cores());
        assertThrows(IllegalArgumentException.class, () -> new CpuDevice("none", 0));
    }
}
