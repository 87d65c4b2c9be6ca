package dev.retort.cuda;

import dev.retort.cuda.Availability.Available;
import dev.retort.cuda.Availability.Unavailable;
import dev.retort.cuda.ffi.nvml.nvmlEventData_st;
import dev.retort.cuda.ffi.nvml.nvml_h;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Critical errors (XIDs) and other events of one device, as the driver queues them from the moment
 * of {@link Nvml#events}; earlier ones are not replayed.
 *
 * <p>Not thread-safe. Owns an event set of the driver; {@link #close()} gives it back, while NVML
 * is open.
 */
public final class NvmlEvents implements AutoCloseable {
    /** Of what the device supports, these are asked for. */
    private static final long WANTED =
            NvmlEvent.DOUBLE_BIT_ECC_ERROR
                    | NvmlEvent.CRITICAL_XID
                    | NvmlEvent.MIG_CONFIGURATION_CHANGE
                    | NvmlEvent.GPU_UNAVAILABLE
                    | NvmlEvent.RECOVERY_ACTION;

    private final Nvml nvml;
    private final MemorySegment set;
    private final MemorySegment data =
            Arena.ofAuto().allocate(nvmlEventData_st.sizeof(), Long.BYTES);
    private boolean closed;

    private NvmlEvents(Nvml nvml, MemorySegment set) {
        this.nvml = nvml;
        this.set = set;
    }

    static Availability<NvmlEvents> open(Nvml nvml, Features<NvmlFeature> features, long device) {
        if (features.availability(NvmlFeature.EVENTS)
                instanceof Unavailable(List<String> reasons)) {
            return new Unavailable<>(reasons);
        }
        try {
            MemorySegment handle = MemorySegment.ofAddress(device);
            long supported = supported(handle) & WANTED;
            if (supported == 0) {
                return new Unavailable<>("the device reports no critical errors as events");
            }
            MemorySegment set = create();
            int code = nvml_h.nvmlDeviceRegisterEvents(handle, supported, set);
            if (code != 0) {
                // After NVML_ERROR_UNKNOWN the set is in no defined state: it is freed, not used.
                nvml_h.nvmlEventSetFree(set);
                NvmlErrors.check(code, "nvmlDeviceRegisterEvents");
            }
            return new Available<>(new NvmlEvents(nvml, set));
        } catch (CudaException failed) {
            return new Unavailable<>(String.valueOf(failed.getMessage()));
        }
    }

    private static long supported(MemorySegment device) {
        MemorySegment out = Scratch.segment();
        NvmlErrors.check(
                nvml_h.nvmlDeviceGetSupportedEventTypes(device, out),
                "nvmlDeviceGetSupportedEventTypes");
        return out.get(ValueLayout.JAVA_LONG, 0);
    }

    private static MemorySegment create() {
        MemorySegment out = Scratch.segment();
        NvmlErrors.check(nvml_h.nvmlEventSetCreate(out), "nvmlEventSetCreate");
        return MemorySegment.ofAddress(out.get(ValueLayout.JAVA_LONG, 0));
    }

    /**
     * Takes the next event of the queue. Blocks its carrier if it is called by a virtual thread.
     *
     * @param timeoutMillis how long to wait for one; with 0 it does not wait
     * @return {@link NvmlStatus#SUCCESS} when there is a {@link #last()} event, {@link
     *     NvmlStatus#TIMEOUT} when none came
     * @throws IllegalStateException if this or NVML was closed
     */
    public NvmlStatus next(int timeoutMillis) {
        checkOpen();
        return NvmlStatus.of(nvml_h.nvmlEventSetWait_v2(set, data, timeoutMillis));
    }

    /** {@return the event that the latest successful {@link #next} took} */
    public NvmlEvent last() {
        return new NvmlEvent(
                nvmlEventData_st.device(data).address(),
                nvmlEventData_st.eventType(data),
                nvmlEventData_st.eventData(data),
                nvmlEventData_st.gpuInstanceId(data),
                nvmlEventData_st.computeInstanceId(data));
    }

    /** Gives the event set back. A second call does nothing. */
    @Override
    public void close() {
        if (!closed) {
            checkOpen();
            closed = true;
            NvmlErrors.check(nvml_h.nvmlEventSetFree(set), "nvmlEventSetFree");
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("this event set is closed");
        }
        nvml.checkOpen();
    }
}
