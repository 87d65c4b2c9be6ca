package dev.retort.efficiency;

import dev.retort.efficiency.journal.Tail;

import org.jspecify.annotations.Nullable;

/**
 * What a clock stores where it outlives a killed process, change by change, once there is such a
 * place; before and after that nothing. Guarded by the lock of the clock that owns it; allocates
 * nothing.
 */
final class KeptNumbers {
    private final AnomalyCounts anomalies;

    /** The rows whose names are stored, or have been seen while there was no place. */
    private final boolean[] named = new boolean[Region.LIMIT];

    private @Nullable Tail tail;

    KeptNumbers(AnomalyCounts anomalies) {
        this.anomalies = anomalies;
    }

    /** From now on every change is stored; what came before is stored now. */
    void keepIn(Tail file, long[] booked, int cell, WorkCounter work) {
        for (int i = 0; i < booked.length; i++) {
            if (booked[i] != 0) {
                file.name(Cells.row(i), Region.at(Cells.row(i)).name());
                file.put(i, booked[i]);
            }
        }
        tail = file;
        storeName(Cells.row(cell));
        all(work);
    }

    /** Stores no more. */
    void stop() {
        tail = null;
    }

    /** The time of a cell has changed. */
    void cell(int cell, long nanos) {
        store(cell, nanos);
    }

    /** Time is going to be booked to a row. */
    void row(int row) {
        if (!named[row]) {
            named[row] = true;
            storeName(row);
        }
    }

    /** A step has ended. */
    void step(WorkCounter work) {
        if (tail != null) {
            store(work, WorkCounter.COUNTS);
        }
    }

    /** Any of the work has changed. */
    void all(WorkCounter work) {
        if (tail != null) {
            store(work, WorkCounter.SLOTS);
        }
    }

    private void store(WorkCounter work, int slots) {
        for (int slot = 0; slot < slots; slot++) {
            store(Cells.COUNT + slot, work.get(slot));
        }
    }

    private void store(int slot, long value) {
        if (tail != null) {
            try {
                tail.put(slot, value);
            } catch (InternalError _) {
                lose();
            }
        }
    }

    private void storeName(int row) {
        if (tail != null) {
            try {
                tail.name(row, Region.at(row).name());
            } catch (InternalError _) {
                lose();
            }
        }
    }

    /** The file was cut or its disk is full, which a store to mapped memory reports as an error. */
    private void lose() {
        tail = null;
        anomalies.count(Anomaly.JOURNAL_FAILED);
    }
}
