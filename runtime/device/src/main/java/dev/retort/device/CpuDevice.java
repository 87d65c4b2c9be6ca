package dev.retort.device;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * The processor of this machine, as this process sees it. What can be counted of it is told by the
 * package of the counters.
 *
 * @param name the processor's model name as Linux tells it, or else the architecture of the JVM
 * @param cores the processors available to this JVM, after the limits of its container, at least 1;
 *     may change while the JVM runs
 */
public record CpuDevice(String name, int cores) {
    /** Checks the components. */
    public CpuDevice {
        Objects.requireNonNull(name, "name is null");
        if (cores < 1) {
            throw new IllegalArgumentException("cores must be at least 1, was " + cores);
        }
    }

    /**
     * The processor of this machine, now.
     *
     * @return the device
     */
    public static CpuDevice host() {
        return of(Path.of("/proc"));
    }

    /**
     * The processor of a machine whose kernel shows its files elsewhere.
     *
     * @param proc the process file system
     * @return the device
     */
    public static CpuDevice of(Path proc) {
        return new CpuDevice(
                modelName(proc.resolve("cpuinfo")).orElseGet(() -> System.getProperty("os.arch")),
                Runtime.getRuntime().availableProcessors());
    }

    /**
     * The memory that this JVM can use at most, after the limits of its container; swap is not
     * counted.
     *
     * @return bytes
     */
    public Reading memoryBytes() {
        if (ManagementFactory.getOperatingSystemMXBean()
                instanceof com.sun.management.OperatingSystemMXBean system) {
            long bytes = system.getTotalMemorySize();
            if (bytes > 0) {
                return Reading.now((double) bytes, "OperatingSystemMXBean totalMemorySize");
            }
        }
        return new Reading.Absent("this JVM does not tell the memory of its machine");
    }

    /** The model name, or empty where the kernel does not tell one, as on most ARM. */
    private static Optional<String> modelName(Path cpuinfo) {
        // Read line by line: the first processor suffices, and the file of a large server is long.
        try (var lines = Files.newBufferedReader(cpuinfo, StandardCharsets.ISO_8859_1)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                int colon = line.indexOf(':');
                if (colon > 0 && line.substring(0, colon).strip().equals("model name")) {
                    return Optional.of(line.substring(colon + 1).strip())
                            .filter(name -> !name.isEmpty());
                }
            }
            return Optional.empty();
        } catch (IOException _) {
            return Optional.empty();
        }
    }
}
