package dev.retort.device;

import static dev.retort.device.Readings.reason;
import static dev.retort.device.Readings.source;
import static dev.retort.device.Readings.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

class ProcFilesTest {
    private final FakeMachine machine;
    private final ProcFiles proc;

    ProcFilesTest(@TempDir Path folder) {
        machine = new FakeMachine(folder);
        proc = new ProcFiles(machine.proc());
    }

    @Test
    void sizesAreBytesOfTheNamedLine() {
        machine.status("Name:\tjava\nVmHWM:\t    2048 kB\nVmRSS:\t       3 kB\nRssAnon:\t 1 kB\n");
        assertEquals(3072.0, value(proc.statusBytes("VmRSS")));
        assertEquals(2048.0 * 1024, value(proc.statusBytes("VmHWM")));
        assertEquals(machine.status() + " VmRSS", source(proc.statusBytes("VmRSS")));
    }

    @Test
    void processNameMayHoldAnyByte() {
        machine.status("Name:\t\u00ff\u00c3(\nVmRSS:\t1 kB\n");
        assertEquals(1024.0, value(proc.statusBytes("VmRSS")));
    }

    @Test
    void missingLineIsAbsent() {
        machine.status("Name:\tkthreadd\nVmRSSX:\t1 kB\n");
        assertEquals(machine.status() + " has no line VmRSS", reason(proc.statusBytes("VmRSS")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " kB", "-1 kB", "12", "12 MB", "1e3 kB", "0000000000000001 kB", "\0\1"})
    void garbageIsAbsentAndQuoted(String garbage) {
        machine.status("VmRSS:\t" + garbage + "\n");
        assertEquals(
                "%s has the unexpected line 'VmRSS:\t%s'".formatted(machine.status(), garbage),
                reason(proc.statusBytes("VmRSS")));
    }

    @Test
    void missingFileIsAbsentWithThePlatform() {
        String reason = reason(proc.statusBytes("VmRSS"));
        assertTrue(reason.startsWith(machine.status() + " does not exist"), reason);
        assertTrue(reason.endsWith("on Linux only"), reason);
    }

    @Test
    void unreadableFileIsAbsent() throws IOException {
        Files.createDirectories(machine.status());
        String reason = reason(proc.statusBytes("VmRSS"));
        assertTrue(reason.startsWith(machine.status() + " cannot be read: "), reason);
    }

    @Test
    void modelNameIsThatOfTheFirstProcessor() {
        machine.cpuinfo(
                """
                processor\t: 0
                model\t\t: 17
                model name\t: Fake: CPU @ 3.00GHz\s
                processor\t: 1
                model name\t: Other CPU
                """);
        assertEquals(Optional.of("Fake: CPU @ 3.00GHz"), proc.modelName());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "processor\t: 0\n", "model name\t:  \n", ": :\n\0", "model name"})
    void modelNameIsOptional(String text) {
        machine.cpuinfo(text);
        assertEquals(Optional.empty(), proc.modelName());
    }

    @Test
    void modelNameNeedsNoFile() {
        assertEquals(Optional.empty(), proc.modelName());
    }
}
