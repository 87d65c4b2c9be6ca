package dev.retort.device.sampling;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The latest samples of one series, off the heap: a ring of times and values that one thread at a
 * time writes and any number read, without locks.
 *
 * <p>A reader copies and then looks how far the writer has come meanwhile; what may have been
 * overwritten during the copy is left out. It never waits for the writer, nor the writer for it.
 */
final class SampleRing {
    /** In the place of a value: there was none. */
    static final long ABSENT = 0x7FF8_0000_0000_0001L;

    /** In the place of a value: there was none, and the growth up to the next is unknown. */
    static final long GAP = 0x7FF8_0000_0000_0002L;

    private static final int RECORD_SHIFT = 4;
    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
    private static final VarHandle PUBLISHED;

    static {
        try {
            PUBLISHED =
                    MethodHandles.lookup().findVarHandle(SampleRing.class, "published", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final MemorySegment memory;
    private final int capacity;

    /** The records ever written; the newest has this number minus 1. */
    private long published;

    /**
     * A ring with room.
     *
     * @param records how many samples it holds at least; rounded up to a power of two
     */
    SampleRing(int records) {
        capacity = Math.max(2, Integer.highestOneBit(Math.max(1, records - 1)) << 1);
        memory = Arena.ofAuto().allocate((long) capacity << RECORD_SHIFT, Long.BYTES);
    }

    int capacity() {
        return capacity;
    }

    /** Adds a sample. One thread at a time, with a happens-before from one to the next. */
    void write(long nanoTime, long bits) {
        long index = published;
        // A reader that sees any of what follows sees that the record before was published.
        VarHandle.storeStoreFence();
        long at = offset(index);
        LONG.setOpaque(memory, at, nanoTime);
        LONG.setOpaque(memory, at + Long.BYTES, bits);
        PUBLISHED.setRelease(this, index + 1);
    }

    private long offset(long index) {
        return (index & (capacity - 1)) << RECORD_SHIFT;
    }

    /** How many samples were ever written. */
    long written() {
        return (long) PUBLISHED.getAcquire(this);
    }

    /** All samples that the ring holds, oldest first. */
    Copy copy() {
        long to = written();
        long from = Math.max(0, to - capacity);
        int count = (int) (to - from);
        long[] nanoTimes = new long[count];
        long[] bits = new long[count];
        for (int i = 0; i < count; i++) {
            long at = offset(from + i);
            nanoTimes[i] = (long) LONG.getOpaque(memory, at);
            bits[i] = (long) LONG.getOpaque(memory, at + Long.BYTES);
        }
        // The next record may be half written by now: its place counts as overwritten.
        long intact = Math.max(from, writtenSince() - capacity + 1);
        int lost = (int) Math.min(count, intact - from);
        return new Copy(nanoTimes, bits, lost);
    }

    /** How far the writer has come after all loads before this call. */
    private long writtenSince() {
        VarHandle.loadLoadFence();
        return (long) PUBLISHED.getOpaque(this);
    }

    /**
     * What a reader has copied.
     *
     * @param nanoTimes when
     * @param bits what: the bits of a double, {@link #ABSENT} or {@link #GAP}
     * @param first the first record that is intact
     */
    @SuppressWarnings("ArrayRecordComponent") // Handed from one method to the next, never compared.
    record Copy(long[] nanoTimes, long[] bits, int first) {}

    /** Puts the newest sample into an array of two, time and bits. */
    boolean latest(long[] into) {
        while (true) {
            long to = written();
            if (to == 0) {
                return false;
            }
            long at = offset(to - 1);
            into[0] = (long) LONG.getOpaque(memory, at);
            into[1] = (long) LONG.getOpaque(memory, at + Long.BYTES);
            if (to - 1 > writtenSince() - capacity) {
                return true;
            }
        }
    }
}
