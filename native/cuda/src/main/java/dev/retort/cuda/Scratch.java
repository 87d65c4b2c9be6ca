package dev.retort.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Native memory for the out-parameters of one call, one segment per thread, so that a call
 * allocates nothing. Its content is valid until the thread's next call; no caller keeps it.
 */
final class Scratch {
    /** Room for the longest text that a call returns and for the structs of all calls. */
    static final long BYTES = 256;

    // An automatic arena frees the segment with its thread, also with a virtual one.
    private static final ThreadLocal<MemorySegment> SEGMENT =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(BYTES, Long.BYTES));

    private Scratch() {}

    /** The calling thread's segment; its content is whatever the last call left. */
    static MemorySegment segment() {
        return SEGMENT.get();
    }
}
