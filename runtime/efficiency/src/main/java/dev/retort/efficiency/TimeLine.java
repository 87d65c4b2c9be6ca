package dev.retort.efficiency;

/**
 * The latest changes of the cell that time is booked to, so that an interval that becomes known
 * later, such as a garbage collection, can be laid over the regions and steps that it hit. Guarded
 * by the lock of the clock that owns it; allocates nothing after construction.
 */
final class TimeLine {
    private static final int CAPACITY = 1 << 16;

    private final long[] times = new long[CAPACITY];
    private final int[] cells = new int[CAPACITY];
    private final long[] steps = new long[CAPACITY];
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
        int at = (int) (added & (CAPACITY - 1));
        times[at] = time;
        cells[at] = cell;
        steps[at] = step;
        added++;
    }

    /** The earliest moment that is still known. */
    long oldest() {
        return added <= CAPACITY ? times[0] : times[(int) (added & (CAPACITY - 1))];
    }

    /** Cuts the interval into parts, as far as it is known; {@code to} is not after now. */
    void visit(long from, long to, Visitor visitor) {
        long end = to;
        for (long i = added - 1; i >= Math.max(0, added - CAPACITY) && end > from; i--) {
            int at = (int) (i & (CAPACITY - 1));
            if (times[at] < end) {
                long start = Math.max(from, times[at]);
                visitor.part(start, end - start, cells[at], steps[at]);
                end = start;
            }
        }
    }
}
