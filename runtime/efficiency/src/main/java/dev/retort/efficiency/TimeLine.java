package dev.retort.efficiency;

/**
 * The latest changes of the cell that time is booked to, so that an interval that becomes known
 * later, such as a garbage collection, can be laid over the regions and steps that it hit. Guarded
 * by the lock of the clock that owns it; allocates nothing after construction.
 */
final class TimeLine {
    private static final int CAPACITY = 1 << 16;

    /** Room for a cell, below the steps. */
    private static final int CELL_BITS = 12;

    private static final int CELL_MASK = (1 << CELL_BITS) - 1;

    /**
     * A pair of each change, its time and its steps with its cell, so that one cache line is
     * written.
     */
    private final long[] changes = new long[2 * CAPACITY];

    private long added;

    /** Receives the parts of an interval. */
    interface Visitor {
        /**
         * A part that lies within one cell and one step.
         *
         * @param from its start on the time line of the clock
         * @param nanos its length
         * @param cell the cell that it was booked to
         * @param step the steps that were finished before it
         */
        void part(long from, long nanos, int cell, long step);
    }

    /** From now on time is booked to the given cell. */
    void change(long time, int cell, long step) {
        int at = at(added++);
        changes[at] = time;
        changes[at + 1] = step << CELL_BITS | cell;
    }

    /** The earliest moment that is still known. */
    long oldest() {
        return changes[at(Math.max(0, added - CAPACITY))];
    }

    /** Cuts the interval into parts, as far as it is known; {@code to} is not after now. */
    void visit(long from, long to, Visitor visitor) {
        long end = to;
        long oldest = Math.max(0, added - CAPACITY);
        for (long i = lastBefore(to, oldest); i >= oldest && end > from; i--) {
            long start = Math.max(from, changes[at(i)]);
            if (start < end) {
                long packed = changes[at(i) + 1];
                visitor.part(start, end - start, (int) packed & CELL_MASK, packed >>> CELL_BITS);
                end = start;
            }
        }
    }

    /** The last change before a moment, or one before the oldest; their times never go back. */
    private long lastBefore(long time, long oldest) {
        long low = oldest;
        long high = added;
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (changes[at(middle)] < time) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    private static int at(long change) {
        return 2 * (int) (change & (CAPACITY - 1));
    }
}
