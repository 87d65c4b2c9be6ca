package dev.retort.cuda;

import dev.retort.cuda.ffi.nvml.nvml_h;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * Reads one device again and again: the call of a sampler, which allocates nothing and throws
 * nothing when the device does not have a value.
 *
 * <p>Not thread-safe: one thread at a time reads, and the values are valid until its next read. A
 * call may block for milliseconds, so no virtual thread should make it. Owns a little memory, which
 * the garbage collector frees.
 */
public final class NvmlReader {
    /** The longest UUID, as {@code nvml.h} has it. */
    private static final int IDENTITY_BYTES = 96;

    private final Nvml nvml;
    private final NvmlCalls calls;
    private final MemorySegment device;
    private final MemorySegment out = Arena.ofAuto().allocate(Scratch.BYTES, Long.BYTES);
    private final MemorySegment identity = Arena.ofAuto().allocate(IDENTITY_BYTES);
    private NvmlQuery last = NvmlQuery.UTILIZATION;
    private boolean identified;

    NvmlReader(Nvml nvml, NvmlCalls calls, long device) {
        this.nvml = nvml;
        this.calls = calls;
        this.device = MemorySegment.ofAddress(device);
    }

    /**
     * Makes a call.
     *
     * @param query what to read
     * @return {@link NvmlStatus#SUCCESS} when there are values; {@link
     *     NvmlStatus#FUNCTION_NOT_FOUND} also when the installed library lacks the function
     * @throws IllegalStateException if NVML was closed
     */
    public NvmlStatus read(NvmlQuery query) {
        nvml.checkOpen();
        last = query;
        return calls.has(query.feature())
                ? NvmlStatus.of(calls.call(query, device, out))
                : NvmlStatus.FUNCTION_NOT_FOUND;
    }

    /**
     * A value of the latest read, which must have been successful.
     *
     * @param index from 0 to {@link NvmlQuery#valueCount()} − 1
     * @return the value, in the unit that the query names
     */
    public long value(int index) {
        Objects.checkIndex(index, last.valueCount());
        return calls.value(last, out, index);
    }

    /**
     * Whether the handle still stands for the device that it stood for at the first call of this
     * method. The numbers of a MIG instance that was destroyed are given to the next one.
     *
     * @return {@link NvmlStatus#SUCCESS} if it does, {@link NvmlStatus#NOT_FOUND} if another device
     *     has taken its place, or how the question for its identity ended
     */
    public NvmlStatus confirm() {
        nvml.checkOpen();
        MemorySegment into = identified ? out : identity;
        into.fill((byte) 0);
        NvmlStatus status = NvmlStatus.of(nvml_h.nvmlDeviceGetUUID(device, into, IDENTITY_BYTES));
        if (status != NvmlStatus.SUCCESS || !identified) {
            identified |= status == NvmlStatus.SUCCESS;
            return status;
        }
        long different =
                MemorySegment.mismatch(out, 0, IDENTITY_BYTES, identity, 0, IDENTITY_BYTES);
        return different < 0 ? NvmlStatus.SUCCESS : NvmlStatus.NOT_FOUND;
    }

    /**
     * Why a query has no value. Allocates.
     *
     * @param query the query
     * @param status how it ended
     * @return one sentence, which names the function and the code
     */
    public String reason(NvmlQuery query, NvmlStatus status) {
        return calls.reason(query.feature(), calls.function(query), status);
    }
}
