package dev.retort.device.counters;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The kernel's files of a machine that does not exist, below a folder of the test. */
public final class FakeMachine {
    /** The range of a real package counter, in microjoules. */
    public static final long RANGE = 262_143_328_850L;

    private final Path root;

    public FakeMachine(Path root) {
        this.root = root;
    }

    public Path proc() {
        return root.resolve("proc");
    }

    public Path status() {
        return proc().resolve("self/status");
    }

    public Path powercap() {
        return root.resolve("powercap");
    }

    public Path energy(String domain) {
        return powercap().resolve(domain).resolve("energy_uj");
    }

    public FakeMachine cpuinfo(String text) {
        write(proc().resolve("cpuinfo"), text);
        return this;
    }

    /** The first line is of all cores: user, nice, system, idle, iowait, irq, softirq, steal. */
    public FakeMachine stat(String text) {
        write(proc().resolve("stat"), text);
        return this;
    }

    public FakeMachine file(String name, String text) {
        write(proc().resolve(name), text);
        return this;
    }

    public FakeMachine status(String text) {
        write(status(), text);
        return this;
    }

    public FakeMachine residentKilobytes(long kilobytes) {
        return status("Name:\tjava\nVmHWM:\t  999999 kB\nVmRSS:\t  %d kB\n".formatted(kilobytes));
    }

    public FakeMachine domain(String folder, String name, long microjoules) {
        write(powercap().resolve(folder).resolve("name"), name + "\n");
        write(powercap().resolve(folder).resolve("max_energy_range_uj"), RANGE + "\n");
        return energy(folder, microjoules);
    }

    public FakeMachine energy(String folder, long microjoules) {
        write(energy(folder), microjoules + "\n");
        return this;
    }

    public CpuCounters counters() {
        return CpuCounters.open(proc(), powercap(), root.resolve("no-performance-data"));
    }

    /** Writes into the file that a reader has open, as the kernel does. */
    public static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text, StandardCharsets.ISO_8859_1);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
