package dev.retort.device.counters;

import dev.retort.device.CpuDevice;
import dev.retort.device.counters.LabelledFileProbe.Line;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The counters of the processor of this machine and of this process: from the kernel's files, from
 * the JVM, and from HotSpot's counters of its pauses. Off Linux most of them are absent, with the
 * reason.
 */
public final class CpuCounters implements CounterSource {
    /** The identity of the processor. */
    public static final String DEVICE = "cpu";

    private final String name;
    private final List<Probe> probes;

    private CpuCounters(String name, List<Probe> probes) {
        this.name = name;
        this.probes = List.copyOf(probes);
    }

    /**
     * The counters of this machine.
     *
     * @return the source
     */
    public static CpuCounters host() {
        return open(Path.of("/proc"), Path.of("/sys/class/powercap"));
    }

    /**
     * The counters of a machine whose kernel shows its files elsewhere, as a host does in a
     * container that mounts them.
     *
     * @param proc the process file system
     * @param powercap the power capping folder
     * @return the source
     */
    public static CpuCounters open(Path proc, Path powercap) {
        return open(proc, powercap, PerfData.ofThisProcess());
    }

    /**
     * As {@link #open(Path, Path)}, with the JVM's file.
     *
     * @param proc the process file system
     * @param powercap the power capping folder
     * @param perfData HotSpot's performance data
     * @return the source
     */
    static CpuCounters open(Path proc, Path powercap, Path perfData) {
        Objects.requireNonNull(proc, "proc is null");
        Objects.requireNonNull(powercap, "powercap is null");
        Path self = proc.resolve("self");
        List<Probe> probes = new ArrayList<>();
        probes.add(new JvmProbe(DEVICE, JvmProbe.Figure.PROCESS_CPU_TIME));
        probes.add(residentMemory(self.resolve("status")));
        probes.add(Rapl.open(DEVICE, powercap, KernelFile::new));
        probes.add(JvmPauses.open(DEVICE, perfData));
        probes.add(new JvmProbe(DEVICE, JvmProbe.Figure.HEAP_USED));
        probes.add(hostMemory(proc.resolve("meminfo")));
        probes.add(processorTime(proc.resolve("stat")));
        probes.add(processIoWait(proc, self.resolve("stat")));
        probes.add(storage(self.resolve("io")));
        return new CpuCounters(CpuDevice.of(proc).name(), probes);
    }

    private static Probe residentMemory(Path status) {
        Series series = new Series(DEVICE, Counter.RESIDENT_MEMORY, status + " VmRSS");
        return new LabelledFileProbe(
                new KernelFile(status), List.of(new Line("VmRSS:", "kB", series, 1024)));
    }

    private static Probe hostMemory(Path meminfo) {
        Series series = new Series(DEVICE, Counter.HOST_MEMORY_AVAILABLE, meminfo.toString());
        return new LabelledFileProbe(
                new KernelFile(meminfo), List.of(new Line("MemAvailable:", "kB", series, 1024)));
    }

    private static Probe storage(Path io) {
        return new LabelledFileProbe(
                new KernelFile(io),
                List.of(
                        new Line(
                                "read_bytes:",
                                "",
                                new Series(DEVICE, Counter.STORAGE_READ, io.toString()),
                                1),
                        new Line(
                                "write_bytes:",
                                "",
                                new Series(DEVICE, Counter.STORAGE_WRITTEN, io.toString()),
                                1)));
    }

    private static Probe processorTime(Path stat) {
        // Numbers have gaps where cores are offline, so the highest counts, not their number.
        int cores = 0;
        try (KernelFile file = new KernelFile(stat)) {
            file.read();
            for (int line = 0; file.at(line) == 'c'; line = file.nextLine(line)) {
                if (file.skipWord(line) > line + 3) {
                    cores = Math.max(cores, (int) file.number(line + 3) + 1);
                }
            }
        } catch (IOException _) {
            // The probe finds the same and says so.
        }
        return new ProcessorTimeProbe(DEVICE, new KernelFile(stat), cores);
    }

    private static Probe processIoWait(Path proc, Path stat) {
        Path accounting = proc.resolve("sys/kernel/task_delayacct");
        try (KernelFile file = new KernelFile(accounting)) {
            file.read();
            if (file.number(0) == 0) {
                return new ConstantProbe(
                        List.of(new Series(DEVICE, Counter.PROCESS_IO_WAIT_TIME, stat.toString())),
                        accounting + " is 0: the kernel does not count how long processes wait");
            }
        } catch (IOException _) {
            // Before Linux 5.14 there was no such switch and the kernel always counted.
        }
        return new ProcessIoWaitProbe(DEVICE, new KernelFile(stat));
    }

    @Override
    public String device() {
        return DEVICE;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Probe> probes() {
        return probes;
    }

    @Override
    public Optional<DeviceEvent> nextEvent() {
        return Optional.empty();
    }

    @Override
    public void close() {
        for (Probe probe : probes) {
            switch (probe) {
                case FileProbe file -> file.close();
                case Rapl rapl -> rapl.close();
                default -> {}
            }
        }
    }
}
