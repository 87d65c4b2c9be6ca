package dev.retort.experiment.schedule;

import dev.retort.experiment.CauseOfEnd;
import dev.retort.experiment.worker.AttemptResult;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * Why a child process ended that told no result: by its exit code, and by whether the kernel counts
 * one more process that it killed for memory since the child was started. Each kill that it counts
 * explains one end. Safe for use by several threads.
 */
final class ProcessEnds {
    /** Files of Linux that count such kills, the nearest first. */
    private static final List<Path> COUNTERS =
            List.of(Path.of("/sys/fs/cgroup/memory.events"), Path.of("/proc/vmstat"));

    private static final int SIGNAL = 128;
    private static final int SIGKILL = SIGNAL + 9;

    /** Signals that a process gets for what it does itself. */
    private static final Map<Integer, String> FAULTS =
            Map.of(
                    SIGNAL + 4, "SIGILL",
                    SIGNAL + 6, "SIGABRT, as a JVM does after a fault in native code",
                    SIGNAL + 7, "SIGBUS",
                    SIGNAL + 8, "SIGFPE",
                    SIGNAL + 11, "SIGSEGV");

    private final Supplier<OptionalLong> memoryKills;

    /** The kernel's count up to which kills have explained an end. */
    private long explained = Long.MIN_VALUE;

    ProcessEnds() {
        this(() -> memoryKills(COUNTERS));
    }

    ProcessEnds(Supplier<OptionalLong> memoryKills) {
        this.memoryKills = memoryKills;
    }

    /** How many processes were killed for memory so far, if that is counted. */
    OptionalLong memoryKills() {
        return memoryKills.get();
    }

    /**
     * Why it ended.
     *
     * @param exitCode as {@link Process#exitValue()}
     * @param saidOutOfMemory whether its JVM printed that it ends for that reason
     * @param killsBefore {@link #memoryKills()} when it was started
     */
    AttemptResult explain(int exitCode, boolean saidOutOfMemory, OptionalLong killsBefore) {
        if (saidOutOfMemory) {
            return AttemptResult.of(
                    CauseOfEnd.OUT_OF_MEMORY, "its JVM ended with an OutOfMemoryError");
        }
        String fault = FAULTS.get(exitCode);
        if (fault != null) {
            return AttemptResult.of(CauseOfEnd.NATIVE_CRASH, "its process ended by " + fault);
        }
        if (exitCode == SIGKILL) {
            return isForMemory(killsBefore)
                    ? AttemptResult.of(
                            CauseOfEnd.KILLED_FOR_MEMORY,
                            "its process was killed, and the kernel counts a kill for memory")
                    : AttemptResult.of(CauseOfEnd.KILLED, "its process was killed by SIGKILL");
        }
        if (exitCode > SIGNAL && exitCode < SIGNAL + 65) {
            return AttemptResult.of(
                    CauseOfEnd.KILLED, "its process was ended by signal " + (exitCode - SIGNAL));
        }
        return AttemptResult.of(
                CauseOfEnd.EXITED,
                "its process ended with exit code " + exitCode + " and told no result");
    }

    private synchronized boolean isForMemory(OptionalLong killsBefore) {
        OptionalLong kills = memoryKills();
        if (killsBefore.isEmpty() || kills.isEmpty()) {
            return false;
        }
        long from = Math.max(explained, killsBefore.getAsLong());
        if (kills.getAsLong() <= from) {
            return false;
        }
        explained = from + 1;
        return true;
    }

    static OptionalLong memoryKills(List<Path> counters) {
        for (Path counter : counters) {
            try {
                for (String line : Files.readAllLines(counter)) {
                    if (line.startsWith("oom_kill ")) {
                        return OptionalLong.of(Long.parseLong(line.substring(9).strip()));
                    }
                }
            } catch (IOException | NumberFormatException _) {
                // Another system, or an older kernel: the next one may count.
            }
        }
        return OptionalLong.empty();
    }
}
