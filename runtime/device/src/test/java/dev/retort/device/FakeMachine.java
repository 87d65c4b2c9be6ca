package dev.retort.device;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The kernel's files of a machine that does not exist, below a folder of the test. */
final class FakeMachine {
    /** The range of a real package counter, in microjoules. */
    static final long RANGE = 262_143_328_850L;

    private final Path root;

    FakeMachine(Path root) {
        this.root = root;
    }

    Path proc() {
        return root.resolve("proc");
    }

    Path status() {
        return proc().resolve("self/status");
    }

    Path powercap() {
        return root.resolve("powercap");
    }

    Path energy(String domain) {
        return powercap().resolve(domain).resolve("energy_uj");
    }

    FakeMachine cpuinfo(String text) {
        write(proc().resolve("cpuinfo"), text);
        return this;
    }

    FakeMachine status(String text) {
        write(status(), text);
        return this;
    }

    FakeMachine residentKilobytes(long kilobytes) {
        return status("Name:\tjava\nVmHWM:\t  999999 kB\nVmRSS:\t  %d kB\n".formatted(kilobytes));
    }

    FakeMachine domain(String folder, String name, long microjoules) {
        write(powercap().resolve(folder).resolve("name"), name + "\n");
        write(powercap().resolve(folder).resolve("max_energy_range_uj"), RANGE + "\n");
        return energy(folder, microjoules);
    }

    FakeMachine energy(String folder, long microjoules) {
        write(energy(folder), microjoules + "\n");
        return this;
    }

    CpuDevice device() {
        return new CpuDevice(proc(), powercap());
    }

    /** Replaces the file as a whole, so that a reader on another thread never sees half of it. */
    static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Path next = file.resolveSibling(file.getFileName() + ".next");
            Files.writeString(next, text, StandardCharsets.ISO_8859_1);
            Files.move(
                    next,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
