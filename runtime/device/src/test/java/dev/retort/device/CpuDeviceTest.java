package dev.retort.device;

import static dev.retort.device.Readings.reason;
import static dev.retort.device.Readings.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

class CpuDeviceTest {
    private final FakeMachine machine;

    CpuDeviceTest(@TempDir Path folder) {
        machine = new FakeMachine(folder);
    }

    @Test
    void nameFallsBackToTheArchitecture() {
        assertEquals(System.getProperty("os.arch"), machine.device().name());
        machine.cpuinfo("model name\t: Fake CPU\n");
        assertEquals("Fake CPU", machine.device().name());
    }

    @Test
    void whatThePlatformDoesNotTellIsAbsent() {
        CpuDevice device = machine.device();
        assertFalse(reason(device.residentBytes()).isBlank());
        assertFalse(reason(device.peakResidentBytes()).isBlank());
        assertFalse(reason(device.joules()).isBlank());
    }

    @Test
    void readsResidentMemoryAndItsPeakFromTheirLines() {
        CpuDevice device = machine.residentKilobytes(7).device();
        assertEquals(7.0 * 1024, value(device.residentBytes()));
        assertEquals(999_999.0 * 1024, value(device.peakResidentBytes()));
    }

    @Test
    void joulesBeginAtZeroForEachObject() {
        machine.domain("intel-rapl:0", "package-0", 1);
        CpuDevice earlier = machine.device();
        machine.energy("intel-rapl:0", 500_001);
        CpuDevice later = machine.device();
        assertEquals(0.5, value(earlier.joules()), 1e-9);
        assertEquals(0.0, value(later.joules()));
    }

    @Test
    void theMachinesMemoryHoldsThisProcess() {
        CpuDevice host = CpuDevice.host();
        assertTrue(value(host.memoryBytes()) >= Runtime.getRuntime().totalMemory());
    }

    @Test
    void hostCpuTimeGrowsWithWork() {
        CpuDevice host = CpuDevice.host();
        double before = value(host.processCpuSeconds());
        long state = 1;
        // Ends by the clock under test itself; a clock that stands still fails by the test's limit.
        for (long rounds = 0; value(host.processCpuSeconds()) <= before; rounds++) {
            for (int i = 0; i < 100_000; i++) {
                state = state * 6364136223846793005L + 1442695040888963407L;
            }
            assertTrue(rounds < 100_000, "the CPU time stands still");
        }
        assertTrue(state != 0 && value(host.processCpuSeconds()) > before);
    }

    @Test
    void hostHasANameAndCores() {
        CpuDevice host = CpuDevice.host();
        assertFalse(host.name().isBlank());
        assertEquals(Runtime.getRuntime().availableProcessors(), host.cores());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void hostMemoryIsMeasuredOnLinux() {
        CpuDevice host = CpuDevice.host();
        double resident = value(host.residentBytes());
        // A JVM that runs tests has at least its own code in RAM, and not more than 64 TiB.
        assertTrue(resident > 10e6 && resident < 64 * 1024e9, "resident bytes: " + resident);
        // The kernel publishes both counters in batches per processor, hence the tolerance.
        assertTrue(value(host.peakResidentBytes()) > resident - 8e6);
    }

    @Test
    void hostEnergyIsMeasuredOrSaysWhyNot() {
        CpuDevice host = CpuDevice.host();
        switch (host.joules()) {
            case Reading.Absent(String reason) ->
                    assertTrue(reason.contains("/sys/class/powercap"), reason);
            case Reading.Measured first -> {
                assertTrue(first.source().contains("/sys/class/powercap"), first.source());
                assertTrue(value(host.joules()) >= first.value());
            }
        }
    }
}
