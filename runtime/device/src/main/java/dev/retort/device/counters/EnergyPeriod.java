package dev.retort.device.counters;

import dev.retort.cuda.NvmlQuery;
import dev.retort.cuda.NvmlReader;
import dev.retort.cuda.NvmlStatus;
import dev.retort.device.Reading;

import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/** Measures how often the energy counter of a GPU moves: 10 ms and 100 ms have been seen. */
final class EnergyPeriod {
    private static final int MOVES = 4;
    private static final int READS = 300;
    private static final long PAUSE_NANOS = 1_000_000;

    private EnergyPeriod() {}

    static Reading measure(NvmlReader reader, LongSupplier nanoClock) {
        long longest = 0;
        long movedAt = 0;
        int moves = 0;
        long last = 0;
        for (int i = 0; i < READS && moves < MOVES; i++) {
            NvmlStatus status = reader.read(NvmlQuery.ENERGY);
            if (status != NvmlStatus.SUCCESS) {
                return new Reading.Absent(reader.reason(NvmlQuery.ENERGY, status));
            }
            long now = nanoClock.getAsLong();
            if (i > 0 && reader.value(0) != last) {
                // The time before the first move began before the first read.
                longest = moves == 0 ? 0 : Math.max(longest, now - movedAt);
                movedAt = now;
                moves++;
            }
            last = reader.value(0);
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return moves < 2
                ? new Reading.Absent(
                        "the energy counter moved %d times in %d reads about 1 ms apart, not twice"
                                .formatted(moves, READS))
                : new Reading.Measured(
                        longest * 1e-9,
                        "%s, the longest of %d steps"
                                .formatted(NvmlQuery.ENERGY.function(), moves - 1),
                        nanoClock.getAsLong());
    }
}
