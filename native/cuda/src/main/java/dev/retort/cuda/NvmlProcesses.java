package dev.retort.cuda;

import dev.retort.cuda.ffi.nvml.nvmlAccountingStats_st;
import dev.retort.cuda.ffi.nvml.nvmlProcessUtilizationSample_st;
import dev.retort.cuda.ffi.nvml.nvml_h;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Who uses a device: its processes, their utilisation, and the accounting of those that ended. To
 * be asked on demand, not in every tick: the lists allocate and the driver takes its time.
 *
 * <p>In a container the numbers of processes may be the host's, and the list and the utilisation
 * may disagree. Whoever looks for itself compares memory and device, not numbers. Threading and
 * failures are those of {@link Nvml}.
 */
public final class NvmlProcesses {
    private static final String LIST = "nvmlDeviceGetComputeRunningProcesses_v3";
    private static final String UTILIZATION = "nvmlDeviceGetProcessUtilization";

    /** Processes can start between the question for their number and the one for them. */
    private static final int SLACK = 8;

    private static final int ATTEMPTS = 5;

    private final Nvml nvml;
    private final NvmlCalls calls;

    /** The function's second version, when the driver has no third; the arguments are the same. */
    private final @Nullable MethodHandle secondVersion;

    NvmlProcesses(Nvml nvml, NvmlCalls calls) {
        this.nvml = nvml;
        this.calls = calls;
        this.secondVersion =
                NvmlCalls.olderName(
                        LIST,
                        "nvmlDeviceGetComputeRunningProcesses_v2",
                        FunctionDescriptor.of(
                                nvml_h.C_INT,
                                nvml_h.C_POINTER,
                                nvml_h.C_POINTER,
                                nvml_h.C_POINTER));
    }

    /**
     * What a process did with a device.
     *
     * @param pid the process, as the driver numbers it
     * @param timestampMicros when, by the driver's clock
     * @param smPercent share of the time in which the multiprocessors worked for it, 0 to 100
     * @param memoryPercent share of the time in which memory was read or written for it, 0 to 100
     */
    public record Utilization(int pid, long timestampMicros, int smPercent, int memoryPercent) {}

    /**
     * What the driver remembers of a process.
     *
     * @param gpuPercent share of its life in which a kernel of it ran, 0 to 100
     * @param memoryPercent share of its life in which memory was read or written, 0 to 100
     * @param peakMemoryBytes the most device memory that it had
     * @param lifetime how long it had a context; zero until it has ended
     * @param startMicros when it made its first context, by the driver's clock
     * @param running whether it still has a context
     */
    public record Accounting(
            int gpuPercent,
            int memoryPercent,
            long peakMemoryBytes,
            Duration lifetime,
            long startMicros,
            boolean running) {}

    /**
     * The processes with a compute context on a device.
     *
     * @param device the device
     * @return the processes, in the driver's order
     * @throws NotSupportedException if the driver lays its table out in none of the known ways
     */
    public List<GpuProcess> computing(long device) {
        require(NvmlFeature.PROCESSES);
        MemorySegment handle = MemorySegment.ofAddress(device);
        int capacity = SLACK;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment count = arena.allocateFrom(ValueLayout.JAVA_INT, capacity);
                MemorySegment table =
                        ProcessTable.fill(
                                arena.allocate((long) capacity * ProcessTable.ROOM, Long.BYTES));
                int code = list(handle, count, table);
                int found = count.get(ValueLayout.JAVA_INT, 0);
                if (code == NvmlStatus.INSUFFICIENT_SIZE.code()) {
                    capacity = found + SLACK;
                } else {
                    NvmlErrors.check(code, listFunction());
                    return ProcessTable.read(table, found);
                }
            }
        }
        throw NvmlErrors.exception(NvmlStatus.INSUFFICIENT_SIZE.code(), listFunction());
    }

    private int list(MemorySegment device, MemorySegment count, MemorySegment table) {
        MethodHandle older = secondVersion;
        return older == null
                ? nvml_h.nvmlDeviceGetComputeRunningProcesses_v3(device, count, table)
                : Downcalls.invoke(older, device, count, table);
    }

    private String listFunction() {
        return secondVersion == null ? LIST : "nvmlDeviceGetComputeRunningProcesses_v2";
    }

    /**
     * The utilisation of a device by process, as the driver has sampled it.
     *
     * @param device the device; a MIG instance and a GPU in MIG mode have none
     * @param sinceMicros leaves out samples that are not newer, by the driver's clock; 0 for all
     * @return the samples; empty when there are none
     */
    public List<Utilization> utilization(long device, long sinceMicros) {
        require(NvmlFeature.PROCESS_UTILIZATION);
        MemorySegment handle = MemorySegment.ofAddress(device);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment count = arena.allocateFrom(ValueLayout.JAVA_INT, 0);
                int sized =
                        nvml_h.nvmlDeviceGetProcessUtilization(
                                handle, MemorySegment.NULL, count, sinceMicros);
                if (sized != NvmlStatus.INSUFFICIENT_SIZE.code()) {
                    return none(sized);
                }
                int capacity = count.get(ValueLayout.JAVA_INT, 0) + SLACK;
                count.set(ValueLayout.JAVA_INT, 0, capacity);
                MemorySegment samples =
                        nvmlProcessUtilizationSample_st.allocateArray(capacity, arena);
                int code =
                        nvml_h.nvmlDeviceGetProcessUtilization(handle, samples, count, sinceMicros);
                if (code == 0) {
                    return read(samples, count.get(ValueLayout.JAVA_INT, 0));
                }
                if (code != NvmlStatus.INSUFFICIENT_SIZE.code()) {
                    return none(code);
                }
            }
        }
        throw NvmlErrors.exception(NvmlStatus.INSUFFICIENT_SIZE.code(), UTILIZATION);
    }

    private static List<Utilization> none(int code) {
        if (code != NvmlStatus.NOT_FOUND.code()) {
            NvmlErrors.check(code, UTILIZATION);
        }
        return List.of();
    }

    private static List<Utilization> read(MemorySegment samples, int count) {
        List<Utilization> read = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            MemorySegment sample = nvmlProcessUtilizationSample_st.asSlice(samples, i);
            // The driver leaves elements that it did not fill at zero.
            if (nvmlProcessUtilizationSample_st.timeStamp(sample) != 0) {
                read.add(
                        new Utilization(
                                nvmlProcessUtilizationSample_st.pid(sample),
                                nvmlProcessUtilizationSample_st.timeStamp(sample),
                                nvmlProcessUtilizationSample_st.smUtil(sample),
                                nvmlProcessUtilizationSample_st.memUtil(sample)));
            }
        }
        return List.copyOf(read);
    }

    /**
     * Whether the driver keeps accounts of processes. Root switches that on; it is off by default
     * and under MIG.
     *
     * @param device the device
     * @return whether it does
     */
    public boolean accounting(long device) {
        require(NvmlFeature.ACCOUNTING);
        MemorySegment out = Scratch.segment();
        NvmlErrors.check(
                nvml_h.nvmlDeviceGetAccountingMode(MemorySegment.ofAddress(device), out),
                "nvmlDeviceGetAccountingMode");
        return out.get(ValueLayout.JAVA_INT, 0) == nvml_h.NVML_FEATURE_ENABLED();
    }

    /**
     * The processes of which the driver has accounts, running or ended; the oldest are forgotten.
     *
     * @param device the device
     * @return their numbers, as the driver has them
     */
    public List<Integer> accounted(long device) {
        require(NvmlFeature.ACCOUNTING);
        MemorySegment handle = MemorySegment.ofAddress(device);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment count = arena.allocate(ValueLayout.JAVA_INT);
            NvmlErrors.check(
                    nvml_h.nvmlDeviceGetAccountingBufferSize(handle, count),
                    "nvmlDeviceGetAccountingBufferSize");
            MemorySegment pids =
                    arena.allocate(ValueLayout.JAVA_INT, count.get(ValueLayout.JAVA_INT, 0));
            NvmlErrors.check(
                    nvml_h.nvmlDeviceGetAccountingPids(handle, count, pids),
                    "nvmlDeviceGetAccountingPids");
            List<Integer> numbers = new ArrayList<>();
            for (int i = 0; i < count.get(ValueLayout.JAVA_INT, 0); i++) {
                numbers.add(pids.getAtIndex(ValueLayout.JAVA_INT, i));
            }
            return List.copyOf(numbers);
        }
    }

    /**
     * The account of a process.
     *
     * @param device the device
     * @param pid the process, as the driver numbers it
     * @return its account
     */
    public Accounting accountOf(long device, int pid) {
        require(NvmlFeature.ACCOUNTING);
        MemorySegment out = Scratch.segment();
        NvmlErrors.check(
                nvml_h.nvmlDeviceGetAccountingStats(MemorySegment.ofAddress(device), pid, out),
                "nvmlDeviceGetAccountingStats");
        return new Accounting(
                nvmlAccountingStats_st.gpuUtilization(out),
                nvmlAccountingStats_st.memoryUtilization(out),
                nvmlAccountingStats_st.maxMemoryUsage(out),
                Duration.ofMillis(nvmlAccountingStats_st.time(out)),
                nvmlAccountingStats_st.startTime(out),
                nvmlAccountingStats_st.isRunning(out) != 0);
    }

    private void require(NvmlFeature feature) {
        nvml.checkOpen();
        calls.require(feature);
    }
}
