package dev.retort.experiment.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.retort.experiment.worker.DeviceLock;
import dev.retort.experiment.worker.DeviceLock.Attempted;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A device is taken once on a machine, and free when the process that has it is gone. */
final class DeviceLockTest {
    @TempDir private Path folder;

    private final List<Process> holders = new ArrayList<>();

    /** Takes the device of a file as its second argument says, and keeps it until it is ended. */
    public static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws IOException {
            Path file = Path.of(arguments[0]);
            if (arguments[1].equals("worker")) {
                DeviceLock.holdForWorker(file);
            } else {
                Objects.requireNonNull(DeviceLock.forScheduler(file).lock());
            }
            System.out.println("held");
            while (System.in.read() >= 0) {
                Thread.onSpinWait();
            }
        }
    }

    private Path file() {
        return folder.resolve("locks").resolve("device-0");
    }

    private Process hold(String as) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(Children.SMALL);
        command.addAll(
                List.of("-cp", Children.classPath(), Holder.class.getName(), file() + "", as));
        Process process = new ProcessBuilder(command).start();
        holders.add(process);
        BufferedReader out =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        assertEquals("held", out.readLine());
        return process;
    }

    @AfterEach
    void endAll() throws InterruptedException {
        for (Process holder : holders) {
            holder.destroyForcibly().waitFor();
        }
    }

    private String refusal() {
        Attempted attempted = DeviceLock.forScheduler(file());
        assertNull(attempted.lock());
        return attempted.reason();
    }

    private void take() {
        Attempted attempted = DeviceLock.forScheduler(file());
        assertEquals("", attempted.reason());
        Objects.requireNonNull(attempted.lock()).close();
    }

    @Test
    void oneProcessTakesItOnce() {
        DeviceLock first = Objects.requireNonNull(DeviceLock.forScheduler(file()).lock());
        assertEquals("another scheduler of this process has it", refusal());
        // What was refused has not let go of the first one's lock.
        assertEquals("another scheduler of this process has it", refusal());
        first.close();
        take();
    }

    @Test
    void anotherProcessHasItUntilItIsKilled() throws Exception {
        Process other = hold("scheduler");
        assertEquals("another scheduler of this machine has it", refusal());
        other.destroyForcibly().waitFor();
        take();
    }

    @Test
    void aWorkerThatOutlivesItsSchedulerKeepsIt() throws Exception {
        Process first = hold("worker");
        Process second = hold("worker");
        String still = "the process of an attempt whose scheduler is gone still has it";
        assertEquals(still, refusal());
        first.destroyForcibly().waitFor();
        assertEquals(still, refusal());
        try (OutputStream _ = second.getOutputStream()) {
            // It ends with its input.
        }
        second.waitFor();
        take();
    }

    @Test
    void aLockThatCannotBeMadeIsSaid() throws IOException {
        Path none = Files.createFile(folder.resolve("file")).resolve("device-0");
        Attempted attempted = DeviceLock.forScheduler(none);
        assertNull(attempted.lock());
        assertEquals(
                "its lock cannot be used: FileAlreadyExistsException " + folder.resolve("file"),
                attempted.reason());
        assertThrows(IOException.class, () -> DeviceLock.holdForWorker(none));
    }
}
