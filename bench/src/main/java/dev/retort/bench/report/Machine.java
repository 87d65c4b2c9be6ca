package dev.retort.bench.report;

import dev.retort.device.CpuDevice;

/**
 * A host.
 *
 * @param processor its name
 * @param cores cores that this process may use
 * @param system operating system and its version
 * @param java version and vendor
 */
public record Machine(String processor, int cores, String system, String java) {
    /** The one that this process runs on. */
    public static Machine host() {
        CpuDevice cpu = CpuDevice.host();
        return new Machine(
                cpu.name(),
                cpu.cores(),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.version") + " " + System.getProperty("java.vendor"));
    }

    /** For a person, on one line. */
    @Override
    public String toString() {
        return "%s, %d cores, %s, Java %s".formatted(processor, cores, system, java);
    }
}
