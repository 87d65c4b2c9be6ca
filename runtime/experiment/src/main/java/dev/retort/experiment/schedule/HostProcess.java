package dev.retort.experiment.schedule;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What tells a machine and a process from all others: the machine by its name, its boot and its
 * name space of processes, a process by its number and the tick in which it was started.
 */
final class HostProcess {
    private static final Path PROC = Path.of("/proc");

    /** The start of a process where the system does not tell it. */
    private static final String UNKNOWN = "unknown";

    /** The field of {@code /proc/PID/stat} behind the name in brackets. */
    private static final int START_TICK = 19;

    /** Asked for once: it may take a look at a name server. */
    private static final String NAME = findName();

    private HostProcess() {}

    /** This machine. */
    static String host() {
        return hostName() + bootId() + processSpace();
    }

    /** The part of {@link #host()} that people know. */
    static String hostName() {
        return NAME;
    }

    private static String findName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException _) {
            return "localhost";
        }
    }

    /** This process. */
    static String process() {
        return process(ProcessHandle.current().pid());
    }

    /** What tells a process that is there now from all others of this machine. */
    static String process(long pid) {
        return pid + "@" + started(pid).orElse(UNKNOWN);
    }

    /** A process that is there, and that surely is the one that is meant. */
    static Optional<ProcessHandle> handle(String process) {
        int at = process.indexOf('@');
        if (at < 0 || process.endsWith(UNKNOWN)) {
            return Optional.empty();
        }
        // The handle first: it ends no other process that gets the number from here on.
        return ProcessHandle.of(Long.parseLong(process.substring(0, at)))
                .filter(_ -> isAlive(process));
    }

    /** Whether a process of this machine is there. */
    static boolean isAlive(String process) {
        int at = process.indexOf('@');
        if (at < 0 || process.endsWith(UNKNOWN)) {
            return true;
        }
        try {
            return started(Long.parseLong(process.substring(0, at)))
                    .filter(process.substring(at + 1)::equals)
                    .isPresent();
        } catch (NumberFormatException _) {
            return true;
        }
    }

    private static Optional<String> started(long pid) {
        if (!Files.exists(PROC.resolve("self"), LinkOption.NOFOLLOW_LINKS)) {
            return ProcessHandle.of(pid)
                    .filter(ProcessHandle::isAlive)
                    .flatMap(handle -> handle.info().startInstant())
                    .map(Object::toString);
        }
        try {
            String stat = Files.readString(PROC.resolve(pid + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            // A zombie is dead, and waits for its parent to notice.
            boolean dead = fields[0].equals("Z") || fields[0].equals("X");
            return dead ? Optional.empty() : Optional.of(fields[START_TICK]);
        } catch (IOException | IndexOutOfBoundsException _) {
            return Optional.empty();
        }
    }

    private static String bootId() {
        try {
            return "/" + Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip();
        } catch (IOException _) {
            return "";
        }
    }

    private static String processSpace() {
        try {
            return "/" + Files.readSymbolicLink(PROC.resolve("self/ns/pid"));
        } catch (IOException | UnsupportedOperationException _) {
            return "";
        }
    }
}
