package dev.retort.cuda;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The driver's array of processes, whose elements have changed their size without a change of the
 * function's version: 24 bytes in most drivers, 32 in 535.43 to 535.86, 16 in reports of others.
 *
 * <p>The memory is filled with a pattern before the call. How far the driver has overwritten it
 * tells the size of an element; where that says nothing, the size under which every process has a
 * possible number does.
 */
final class ProcessTable {
    /** The sizes that drivers have used, the present one first. */
    static final int[] STRIDES = {24, 32, 16};

    /** The largest size of an element, with room to spare. */
    static final int ROOM = 48;

    private static final byte PATTERN = (byte) 0xA5;

    /** Linux numbers processes below 2^22. */
    private static final int MOST_PIDS = 1 << 22;

    /** NVML's mark of an absent 32-bit and 64-bit value. */
    private static final int NO_INSTANCE = -1;

    private static final long NOT_AVAILABLE = -1;

    private ProcessTable() {}

    /** Prepares memory for a call. */
    static MemorySegment fill(MemorySegment table) {
        return table.fill(PATTERN);
    }

    /**
     * Reads what a call has left.
     *
     * @param table the memory that {@link #fill} has prepared
     * @param count how many processes the driver says it wrote
     * @return the processes, or nothing when the layout is none of the known ones
     */
    static List<GpuProcess> read(MemorySegment table, int count) {
        int stride = stride(table, count);
        List<GpuProcess> processes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            processes.add(element(table.asSlice((long) i * stride, stride)));
        }
        return List.copyOf(processes);
    }

    /** The size of an element. */
    static int stride(MemorySegment table, int count) {
        long written = written(table);
        for (int stride : STRIDES) {
            if (written == (long) count * stride && plausible(table, count, stride)) {
                return stride;
            }
        }
        for (int stride : STRIDES) {
            if (plausible(table, count, stride)) {
                return stride;
            }
        }
        throw new NotSupportedException(
                NvmlErrors.unknownLayout(
                        "%d processes in %d bytes have none of the known layouts"
                                .formatted(count, written)));
    }

    /** The bytes up to the last one that was overwritten, in whole words. */
    private static long written(MemorySegment table) {
        long end = table.byteSize();
        while (end > 0 && table.get(ValueLayout.JAVA_BYTE, end - 1) == PATTERN) {
            end--;
        }
        return (end + Long.BYTES - 1) / Long.BYTES * Long.BYTES;
    }

    private static boolean plausible(MemorySegment table, int count, int stride) {
        for (int i = 0; i < count; i++) {
            int pid = table.get(ValueLayout.JAVA_INT, (long) i * stride);
            if (pid <= 0 || pid >= MOST_PIDS) {
                return false;
            }
        }
        return true;
    }

    private static GpuProcess element(MemorySegment element) {
        boolean instances = element.byteSize() >= 24;
        long memory = element.get(ValueLayout.JAVA_LONG, 8);
        return new GpuProcess(
                element.get(ValueLayout.JAVA_INT, 0),
                memory == NOT_AVAILABLE ? OptionalLong.empty() : OptionalLong.of(memory),
                instances ? instance(element, 16) : OptionalInt.empty(),
                instances ? instance(element, 20) : OptionalInt.empty());
    }

    private static OptionalInt instance(MemorySegment element, long offset) {
        int id = element.get(ValueLayout.JAVA_INT, offset);
        return id == NO_INSTANCE ? OptionalInt.empty() : OptionalInt.of(id);
    }
}
