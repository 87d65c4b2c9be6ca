package dev.retort.distill.preflight;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The most memory that this process had in use, by Linux's account: what a framework keeps for a
 * backward pass is known to nobody else.
 */
final class PeakMemory {
    /** Has the kernel forget the peak so far: proc(5), {@code /proc/pid/clear_refs}. */
    private static final String FORGET = "5";

    private static final Pattern PEAK = Pattern.compile("VmHWM:\\s*(\\d+) kB");
    private static final long KIBIBYTE = 1024;

    private final Path process;

    private PeakMemory(Path process) {
        this.process = process;
    }

    /** Begins anew with what is in use now. */
    static PeakMemory begin() {
        return begin(Path.of("/proc/self"));
    }

    /**
     * Begins anew.
     *
     * @param process the folder of a process, as in {@code /proc}
     */
    static PeakMemory begin(Path process) {
        try {
            Files.writeString(process.resolve("clear_refs"), FORGET);
        } catch (IOException _) {
            // Then the peak is that of the whole life of the process, which is no less true of it.
        }
        return new PeakMemory(process);
    }

    /**
     * The peak since then.
     *
     * @return bytes that were resident; empty where the kernel does not say
     */
    OptionalLong bytes() {
        try {
            // A program's name may be of any bytes.
            return Files.readAllLines(process.resolve("status"), StandardCharsets.ISO_8859_1)
                    .stream()
                    .map(PEAK::matcher)
                    .filter(Matcher::matches)
                    .mapToLong(line -> Long.parseLong(line.group(1)) * KIBIBYTE)
                    .findFirst();
        } catch (IOException _) {
            return OptionalLong.empty();
        }
    }
}
