package dev.retort.device.counters;

import static dev.retort.device.Readings.reason;
import static dev.retort.device.Readings.source;
import static dev.retort.device.Readings.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.device.Reading;
import dev.retort.device.counters.Probe.State;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;

class CpuCountersTest {
    private final FakeMachine machine;

    CpuCountersTest(@TempDir Path folder) {
        machine = new FakeMachine(folder);
    }

    private static Probe probe(CpuCounters counters, Counter counter) {
        return counters.probes().stream()
                .filter(probe -> probe.series().getFirst().counter() == counter)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void residentMemoryIsTheNamedLineInBytes() {
        machine.status(
                "Name:\t\u00ff\u00c3(\nVmHWM:\t    2048 kB\nVmRSS:\t       3 kB\nVm:\t 1 kB\n");
        try (CpuCounters counters = machine.counters()) {
            Reading resident = counters.read(Counter.RESIDENT_MEMORY);
            assertEquals(3072.0, value(resident));
            assertEquals(machine.status() + " VmRSS", source(resident));
            machine.residentKilobytes(70_000_000_000L);
            assertEquals(70_000_000_000L * 1024.0, value(counters.read(Counter.RESIDENT_MEMORY)));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " kB",
                "-1 kB",
                "12",
                "12 MB",
                "1e3 kB",
                "0000000000000000001 kB",
                "\0\1"
            })
    void garbageIsAbsent(String garbage) {
        machine.status("VmRSS:\t" + garbage + "\n");
        try (CpuCounters counters = machine.counters()) {
            assertEquals(
                    machine.status() + " has no line 'VmRSS: <number> kB'",
                    reason(counters.read(Counter.RESIDENT_MEMORY)));
        }
    }

    @Test
    void whatThePlatformDoesNotTellIsAbsentForGood() {
        try (CpuCounters counters = machine.counters()) {
            for (Counter counter :
                    new Counter[] {
                        Counter.RESIDENT_MEMORY,
                        Counter.HOST_MEMORY_AVAILABLE,
                        Counter.HOST_BUSY_TIME,
                        Counter.PROCESS_IO_WAIT_TIME,
                        Counter.STORAGE_READ,
                        Counter.PACKAGE_ENERGY
                    }) {
                String reason = reason(counters.read(counter));
                assertTrue(reason.contains(" does not exist"), reason);
                assertEquals(Probe.Outcome.NEVER, probe(counters, counter).sample(0));
            }
        }
    }

    @Test
    void coresAreToldApartAndMayGoOffline() {
        machine.stat(
                """
                cpu  100 1 50 900 7 2 3 4 50 0
                cpu0 60 1 30 400 3 1 1 2 0 0
                cpu2 40 0 20 500 4 1 2 2 0 0
                intr 5 6
                """);
        try (CpuCounters counters = machine.counters()) {
            Probe probe = probe(counters, Counter.HOST_BUSY_TIME);
            assertEquals(5, probe.series().size(), "both sums and the cores from 0 to 2");
            probe.sample(0);
            machine.stat(
                    """
                    cpu  200 1 60 950 9 2 3 4 60 0
                    cpu2 90 0 25 510 4 1 2 2 0 0
                    intr 5 6
                    """);
            probe.sample(1_000_000_000);
            assertEquals(1.10, probe.value(0), 1e-9);
            assertEquals(0.02, probe.value(1), 1e-9);
            assertEquals(State.ABSENT, probe.state(2));
            assertTrue(probe.reason(2).contains("may be offline"), probe.reason(2));
            assertEquals(State.ABSENT, probe.state(3));
            assertEquals(0.55, probe.value(4), 1e-9);
            assertEquals("2", probe.series().get(4).scope());
        }
    }

    @Test
    void ioWaitThatTheKernelTakesBackHolds() {
        machine.stat("cpu 1 1 1 1 10 1 1 1 0 0\n");
        try (CpuCounters counters = machine.counters()) {
            Probe probe = probe(counters, Counter.HOST_BUSY_TIME);
            probe.sample(0);
            machine.stat("cpu 1 1 1 1 9 1 1 1 0 0\n");
            probe.sample(1);
            assertEquals(State.MEASURED, probe.state(1));
            assertEquals(0, probe.value(1));
        }
    }

    @Test
    void waitingIsCountedWhereTheKernelCounts() {
        String fields =
                " S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26"
                        + " 27 28 29 30 31 32 33 34 35 36 37 38 ";
        machine.file("self/stat", "42 (a ) b) c)" + fields + "100 43 44\n");
        machine.file("sys/kernel/task_delayacct", "1\n");
        try (CpuCounters counters = machine.counters()) {
            assertEquals(0, value(counters.read(Counter.PROCESS_IO_WAIT_TIME)));
            machine.file("self/stat", "42 (a ) b) c)" + fields + "350 43 44\n");
            assertEquals(2.5, value(counters.read(Counter.PROCESS_IO_WAIT_TIME)), 1e-9);
        }
        machine.file("sys/kernel/task_delayacct", "0\n");
        try (CpuCounters counters = machine.counters()) {
            String reason = reason(counters.read(Counter.PROCESS_IO_WAIT_TIME));
            assertTrue(reason.contains("task_delayacct is 0"), reason);
        }
    }

    @Test
    void storageIsBytes() {
        machine.file(
                "self/io",
                "rchar: 9\nread_bytes: 4096\nwrite_bytes: 8192\ncancelled_write_bytes: 5\n");
        try (CpuCounters counters = machine.counters()) {
            counters.read(Counter.STORAGE_READ);
            machine.file(
                    "self/io",
                    "rchar: 9\nread_bytes: 5096\nwrite_bytes: 8292\ncancelled_write_bytes: 5\n");
            assertEquals(1000, value(counters.read(Counter.STORAGE_READ)));
            assertEquals(100, value(counters.read(Counter.STORAGE_WRITTEN)));
        }
    }

    @Test
    void processorTimeGrowsWithWork() {
        try (CpuCounters host = CpuCounters.host()) {
            assertEquals(0, value(host.read(Counter.PROCESS_CPU_TIME)));
            long state = 1;
            // Ends by the clock under test itself; one that stands still fails by the limit.
            for (long rounds = 0; value(host.read(Counter.PROCESS_CPU_TIME)) <= 0; rounds++) {
                for (int i = 0; i < 100_000; i++) {
                    state = state * 6364136223846793005L + 1442695040888963407L;
                }
                assertTrue(rounds < 100_000, "the CPU time stands still");
            }
            assertTrue(state != 0);
        }
    }

    @Test
    void pausesOfACollectionAreSeen() {
        try (CpuCounters host = CpuCounters.host()) {
            assertEquals(0, value(host.read(Counter.GC_PAUSE_TIME)));
            host.read(Counter.SAFEPOINT_TIME);
            // Without the file the beans round each pause down to milliseconds.
            double pause = 0;
            for (int i = 0; i < 1000 && pause == 0; i++) {
                System.gc();
                pause = value(host.read(Counter.GC_PAUSE_TIME));
            }
            assertTrue(pause > 0, "no pause in 1000 collections");
            Reading safepoints = host.read(Counter.SAFEPOINT_TIME);
            if (safepoints instanceof Reading.Measured(double seconds, String source, _)) {
                assertTrue(source.contains("hsperfdata"), source);
                assertTrue(seconds >= 0.9 * pause, "a collection is a safepoint: " + seconds);
            } else {
                assertFalse(reason(safepoints).isBlank());
            }
        }
    }

    @Test
    void withoutPerformanceDataThePausesComeFromTheBeans() {
        try (CpuCounters counters = machine.counters()) {
            Reading pause = counters.read(Counter.GC_PAUSE_TIME);
            assertEquals("GarbageCollectorMXBean collectionTime", source(pause));
            String reason = reason(counters.read(Counter.SAFEPOINT_TIME));
            assertTrue(reason.contains("no readable performance data"), reason);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void hostIsMeasuredOnLinux() {
        try (CpuCounters host = CpuCounters.host()) {
            double resident = value(host.read(Counter.RESIDENT_MEMORY));
            // A JVM that runs tests has at least its own code in RAM, and not more than 64 TiB.
            assertTrue(resident > 10e6 && resident < 64 * 1024e9, "resident bytes: " + resident);
            assertTrue(value(host.read(Counter.HEAP_USED)) > 1e5);
            assertTrue(value(host.read(Counter.HOST_MEMORY_AVAILABLE)) > 1e6);
            assertTrue(value(host.read(Counter.HOST_BUSY_TIME)) >= 0);
            Probe stat = probe(host, Counter.HOST_BUSY_TIME);
            assertTrue(stat.series().size() > 2, "at least one core");
        }
    }
}
