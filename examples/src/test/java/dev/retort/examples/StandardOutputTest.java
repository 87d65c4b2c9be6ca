package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What keeps output from being written: nobody who reads it, or no room. */
class StandardOutputTest {
    @TempDir private Path folder;

    private static StandardOutput failingWith(String message) {
        return new StandardOutput(
                new OutputStream() {
                    @Override
                    public void write(int value) throws IOException {
                        throw new IOException(message);
                    }
                });
    }

    @Test
    void aReaderWhoHasSeenEnoughLosesNothing() {
        StandardOutput output = failingWith("Broken pipe");
        PrintStream printer = output.printer(StandardCharsets.UTF_8);
        printer.println("a line");
        assertTrue(printer.checkError());
        assertFalse(output.hasLost());
    }

    @Test
    void whatIsNotWrittenOtherwiseIsLost() {
        StandardOutput output = failingWith("No space left on device");
        assertFalse(output.hasLost());
        output.printer(StandardCharsets.UTF_8).println("a line");
        assertTrue(output.hasLost());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aPipeThatIsClosedEndsACommandQuietly() throws Exception {
        Path err = folder.resolve("err");
        Process process = help().redirectError(err.toFile()).start();
        // Long before a JVM has begun.
        process.getInputStream().close();
        assertEquals(0, process.waitFor());
        assertEquals("", Files.readString(err));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFullDiskIsTold() throws Exception {
        Path err = folder.resolve("err");
        Process process =
                help().redirectOutput(new File("/dev/full")).redirectError(err.toFile()).start();
        assertEquals(1, process.waitFor());
        assertEquals("retort: standard output cannot be written\n", Files.readString(err));
    }

    private static ProcessBuilder help() {
        return new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Retort.class.getName(),
                "--help");
    }
}
