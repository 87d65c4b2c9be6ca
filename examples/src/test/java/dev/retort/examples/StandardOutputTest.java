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
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What keeps output from being written: nobody who reads it, or no room. */
class StandardOutputTest {
    @TempDir private Path folder;

    private static StandardOutput failing(String message, Path shownAs) {
        StandardOutput output =
                new StandardOutput(
                        new OutputStream() {
                            @Override
                            public void write(int value) throws IOException {
                                throw new IOException(message);
                            }
                        },
                        shownAs);
        assertFalse(output.hasLost());
        PrintStream printer = output.printer(StandardCharsets.UTF_8);
        printer.println("a line");
        assertTrue(printer.checkError());
        return output;
    }

    /** Where it cannot be found out what it is, only the words are left. */
    @Test
    void aReaderWhoHasSeenEnoughLosesNothing() {
        Path hidden = folder.resolve("hidden");
        assertFalse(failing("Broken pipe", hidden).hasLost());
        assertTrue(failing("No space left on device", hidden).hasLost());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aPipeIsKnownInAnyLanguage() throws Exception {
        Path pipe = folder.resolve("pipe");
        end(new ProcessBuilder("mkfifo", pipe.toString()).start(), 0);
        assertFalse(failing("Relais brisé (pipe)", pipe).hasLost());
        Path file = Files.createFile(folder.resolve("file"));
        assertTrue(failing("Aucun espace disponible sur le périphérique", file).hasLost());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aSocketIsKnownInAnyLanguage() throws Exception {
        Path socket = folder.resolve("socket");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            assertFalse(failing("Relais brisé (pipe)", socket).hasLost());
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aPipeThatIsClosedEndsACommandQuietly() throws Exception {
        Path err = folder.resolve("err");
        Process process = help().redirectError(err.toFile()).start();
        // Long before a JVM has begun.
        process.getInputStream().close();
        end(process, 0);
        assertEquals("", Files.readString(err));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFullDiskIsTold() throws Exception {
        Path err = folder.resolve("err");
        end(help().redirectOutput(new File("/dev/full")).redirectError(err.toFile()).start(), 1);
        assertEquals("retort: standard output cannot be written\n", Files.readString(err));
    }

    private static void end(Process process, int expected) throws InterruptedException {
        try {
            assertTrue(process.waitFor(1, TimeUnit.MINUTES), "it did not end within a minute");
            assertEquals(expected, process.exitValue());
        } finally {
            process.destroyForcibly();
        }
    }

    private static ProcessBuilder help() {
        ProcessBuilder help =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Retort.class.getName(),
                        "--help");
        // With one of them a JVM says so before anything else.
        help.environment()
                .keySet()
                .removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
        return help;
    }
}
