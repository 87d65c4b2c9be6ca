package dev.retort.device.counters;

import java.io.IOException;
import java.util.List;

/** Reads series from one file of the kernel. */
abstract class FileProbe extends Probe {
    private final KernelFile file;

    FileProbe(KernelFile file, List<Series> series) {
        super(series);
        this.file = file;
    }

    @Override
    public final boolean callsDriver() {
        return false;
    }

    @Override
    public final Outcome sample(long nanoTime) {
        try {
            file.read();
        } catch (IOException unreadable) {
            allAbsent(Absences.unreadable(file.path(), unreadable));
            return Absences.lasting(unreadable) ? Outcome.NEVER : Outcome.SAMPLED;
        }
        parse(file, nanoTime);
        return Outcome.SAMPLED;
    }

    /** Gives each series a value from the file that has just been read, or takes it away. */
    abstract void parse(KernelFile file, long nanoTime);

    final void close() {
        file.close();
    }

    /** Gives a cumulative series its next count; a negative one is an absent one. */
    final void count(
            int index, CumulativeCounter counter, long raw, long nanoTime, String missing) {
        if (raw < 0) {
            absent(index, missing);
        } else {
            counted(index, counter, counter.advance(raw, nanoTime));
        }
    }
}
