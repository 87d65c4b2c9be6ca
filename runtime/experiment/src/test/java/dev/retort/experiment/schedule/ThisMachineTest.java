package dev.retort.experiment.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Map;

/** Only the process that is meant is ended, and devices of this machine are taken. */
final class ThisMachineTest {
    @TempDir private Path folder;

    private Machine machine() {
        return new ThisMachine(new DeviceNames(Capacity.of(1, 1), Map.of(), folder));
    }

    @Test
    void aProcessThatGotTheNumberOfAnotherIsNotEnded() throws Exception {
        Process process = new ProcessBuilder("sleep", "600").start();
        try {
            String name = HostProcess.process(process.pid());
            Machine machine = machine();
            assertTrue(machine.isAlive(name));
            machine.kill(process.pid() + "@0");
            machine.kill(process.pid() + "@unknown");
            assertTrue(process.isAlive());
            machine.kill(name);
            process.waitFor();
            assertFalse(machine.isAlive(name));
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void aDeviceIsTakenUntilItIsGivenBack() {
        Machine first = machine();
        Machine second = machine();
        assertEquals(null, first.take(0));
        assertEquals("another scheduler of this process has it", second.take(0));
        first.giveBack(0);
        assertEquals(null, second.take(0));
        second.giveBack(0);
    }
}
