package dev.retort.efficiency.status;

import dev.retort.efficiency.status.RunStatus.Publisher;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Tells a process from a later one with the same number: by the moment it was started, which Linux
 * counts since the machine was, so that setting the clock changes nothing.
 */
final class ProcessIdentity {
    private static final Path PROC = Path.of("/proc");

    /** Fields of {@code /proc/PID/stat} behind the name in brackets, which may contain blanks. */
    private static final int STATE = 0;

    private static final int START_TIME = 19;

    private ProcessIdentity() {}

    /** This process. */
    static Publisher current() {
        ProcessHandle self = ProcessHandle.current();
        return new Publisher(self.pid(), started(self).orElse(""));
    }

    /** Whether the process that published something is still there. */
    static boolean isAlive(Publisher publisher) {
        return ProcessHandle.of(publisher.pid())
                .filter(ProcessHandle::isAlive)
                .flatMap(ProcessIdentity::started)
                .filter(publisher.started()::equals)
                .isPresent();
    }

    private static Optional<String> started(ProcessHandle process) {
        if (!Files.isDirectory(PROC.resolve("self"))) {
            return process.info().startInstant().map(instant -> "at " + instant.toEpochMilli());
        }
        Path file = PROC.resolve(Long.toString(process.pid())).resolve("stat");
        // A stream, which an interrupted thread may read, unlike the channel of Files.
        try (InputStream in = new FileInputStream(file.toFile())) {
            String stat = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            // A zombie is dead, and waits for its parent to notice.
            boolean dead = fields[STATE].equals("Z") || fields[STATE].equals("X");
            return dead ? Optional.empty() : Optional.of("tick " + fields[START_TIME]);
        } catch (IOException | RuntimeException _) {
            return Optional.empty();
        }
    }
}
