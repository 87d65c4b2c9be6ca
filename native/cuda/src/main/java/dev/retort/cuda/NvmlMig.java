package dev.retort.cuda;

import dev.retort.cuda.ffi.nvml.nvml_h;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * MIG: GPUs that are split into instances. Of an instance, NVML knows memory and, through its GPU,
 * the activity that GPM measures; utilisation, power and clocks are of the GPU as a whole.
 * Threading and failures are those of {@link Nvml}.
 */
public final class NvmlMig {
    private final Nvml nvml;
    private final NvmlCalls calls;

    NvmlMig(Nvml nvml, NvmlCalls calls) {
        this.nvml = nvml;
        this.calls = calls;
    }

    /**
     * Whether a GPU is in MIG mode.
     *
     * @param device the GPU
     * @return false also for a GPU that has no such mode
     */
    public boolean enabled(long device) {
        nvml.checkOpen();
        if (!calls.has(NvmlFeature.MIG)) {
            return false;
        }
        MemorySegment out = Scratch.segment();
        int code =
                nvml_h.nvmlDeviceGetMigMode(
                        MemorySegment.ofAddress(device), out, out.asSlice(Integer.BYTES));
        if (code == NvmlStatus.NOT_SUPPORTED.code()) {
            return false;
        }
        NvmlErrors.check(code, "nvmlDeviceGetMigMode");
        return out.get(ValueLayout.JAVA_INT, 0) == nvml_h.NVML_DEVICE_MIG_ENABLE();
    }

    /**
     * The instances of a GPU.
     *
     * @param device the GPU
     * @return those that exist now; empty out of MIG mode
     */
    public List<MigInstance> instances(long device) {
        if (!enabled(device)) {
            return List.of();
        }
        MemorySegment handle = MemorySegment.ofAddress(device);
        MemorySegment out = Scratch.segment();
        NvmlErrors.check(
                nvml_h.nvmlDeviceGetMaxMigDeviceCount(handle, out),
                "nvmlDeviceGetMaxMigDeviceCount");
        int most = out.get(ValueLayout.JAVA_INT, 0);
        List<MigInstance> instances = new ArrayList<>(most);
        for (int index = 0; index < most; index++) {
            int code = nvml_h.nvmlDeviceGetMigDeviceHandleByIndex(handle, index, out);
            // The indices of the instances that exist have gaps.
            if (code != NvmlStatus.NOT_FOUND.code() && code != NvmlStatus.INVALID_ARGUMENT.code()) {
                NvmlErrors.check(code, "nvmlDeviceGetMigDeviceHandleByIndex");
                instances.add(instance(out.get(ValueLayout.JAVA_LONG, 0)));
            }
        }
        return List.copyOf(instances);
    }

    private MigInstance instance(long handle) {
        MemorySegment device = MemorySegment.ofAddress(handle);
        MemorySegment out = Scratch.segment();
        NvmlErrors.check(
                nvml_h.nvmlDeviceGetGpuInstanceId(device, out), "nvmlDeviceGetGpuInstanceId");
        int gpuInstance = out.get(ValueLayout.JAVA_INT, 0);
        NvmlErrors.check(
                nvml_h.nvmlDeviceGetComputeInstanceId(device, out),
                "nvmlDeviceGetComputeInstanceId");
        int computeInstance = out.get(ValueLayout.JAVA_INT, 0);
        return new MigInstance(handle, nvml.uuid(handle), gpuInstance, computeInstance);
    }

    /**
     * Whether a handle is that of an instance.
     *
     * @param device a handle
     * @return false also where the driver knows no MIG
     */
    public boolean isInstance(long device) {
        nvml.checkOpen();
        if (!calls.has(NvmlFeature.MIG)) {
            return false;
        }
        MemorySegment out = Scratch.segment();
        int code = nvml_h.nvmlDeviceIsMigDeviceHandle(MemorySegment.ofAddress(device), out);
        if (code == NvmlStatus.NOT_SUPPORTED.code()) {
            return false;
        }
        NvmlErrors.check(code, "nvmlDeviceIsMigDeviceHandle");
        return out.get(ValueLayout.JAVA_INT, 0) != 0;
    }

    /**
     * The GPU of an instance.
     *
     * @param instance the handle of an instance
     * @return the GPU's handle
     */
    public long gpuOf(long instance) {
        nvml.checkOpen();
        calls.require(NvmlFeature.MIG);
        MemorySegment out = Scratch.segment();
        NvmlErrors.check(
                nvml_h.nvmlDeviceGetDeviceHandleFromMigDeviceHandle(
                        MemorySegment.ofAddress(instance), out),
                "nvmlDeviceGetDeviceHandleFromMigDeviceHandle");
        return out.get(ValueLayout.JAVA_LONG, 0);
    }
}
