package dev.retort.device;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Objects;

/**
 * The processor of this machine, as this process sees it.
 *
 * <p>Every figure is read from the operating system at the moment of the call; nothing is cached
 * but the name. No method throws: what cannot be read is {@linkplain Reading.Absent absent} with
 * the reason. Instances are safe to share between threads and own nothing that must be released.
 */
public final class CpuDevice {
    private final ProcFiles proc;
    private final Rapl rapl;
    private final String name;

    /**
     * A device with its files.
     *
     * @param proc the process file system, {@code /proc} outside tests
     * @param powercap the power capping folder, {@code /sys/class/powercap} outside tests
     */
    CpuDevice(Path proc, Path powercap) {
        this(new ProcFiles(proc), Rapl.open(powercap));
    }

    /**
     * A device with its sources.
     *
     * @param proc the process file system
     * @param rapl the energy counters
     */
    CpuDevice(ProcFiles proc, Rapl rapl) {
        this.proc = Objects.requireNonNull(proc, "proc is null");
        this.rapl = Objects.requireNonNull(rapl, "rapl is null");
        this.name = proc.modelName().orElseGet(() -> System.getProperty("os.arch"));
    }

    /**
     * The processor of this machine. Each call returns a new object, whose {@link #joules()} begin
     * at zero.
     *
     * @return the device
     */
    public static CpuDevice host() {
        return new CpuDevice(Path.of("/proc"), Path.of("/sys/class/powercap"));
    }

    /**
     * The processor's model name as Linux tells it, or else the architecture of the JVM.
     *
     * @return the name, never empty
     */
    public String name() {
        return name;
    }

    /**
     * The processors available to this JVM, after the limits of its container. May change while the
     * JVM runs.
     *
     * @return the number of logical processors, at least 1
     */
    public int cores() {
        return Runtime.getRuntime().availableProcessors();
    }

    /**
     * The CPU time, user and system, that all threads of this process have used since it started.
     * Its resolution is the operating system's, commonly 10 ms.
     *
     * @return the CPU time in seconds
     */
    public Reading processCpuSeconds() {
        if (ManagementFactory.getOperatingSystemMXBean()
                instanceof com.sun.management.OperatingSystemMXBean system) {
            long nanos = system.getProcessCpuTime();
            if (nanos >= 0) {
                return Reading.now(nanos * 1e-9, "OperatingSystemMXBean processCpuTime");
            }
        }
        return new Reading.Absent("this JVM does not tell the CPU time of its process");
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

    /**
     * The memory of this process that is in RAM now.
     *
     * @return the resident set size in bytes; absent off Linux
     */
    public Reading residentBytes() {
        return proc.statusBytes("VmRSS");
    }

    /**
     * The most memory that this process ever had in RAM. It covers the life of the process; for the
     * peak of a part of it, open a {@link CpuWindow}.
     *
     * @return the peak resident set size in bytes; absent off Linux
     */
    public Reading peakResidentBytes() {
        return proc.statusBytes("VmHWM");
    }

    /**
     * The energy that the processor packages have used since this object was created, from their
     * own counters (RAPL). It includes idle power and every other process of the machine; memory
     * modules are not counted.
     *
     * <p>The counters wrap around within minutes, so a caller reads this at least once a minute, or
     * keeps a {@link CpuSampler} running on this device. After a longer pause the total is unknown
     * and stays absent.
     *
     * @return the energy in joules; absent, among other reasons, where only root may read the
     *     counters
     */
    public Reading joules() {
        return rapl.joules();
    }

    /** The energy counters, for measuring from a moment other than the creation of this object. */
    Rapl rapl() {
        return rapl;
    }
}
