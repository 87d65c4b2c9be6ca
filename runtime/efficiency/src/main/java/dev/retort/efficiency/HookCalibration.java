package dev.retort.efficiency;

import dev.retort.efficiency.journal.State;

import java.util.Arrays;

/**
 * Finds out, when this class is initialised, what one hook costs on this machine. That takes some
 * tens of milliseconds, so a meter asks before its own clock starts.
 */
final class HookCalibration {
    private static final int CALLS_PER_ROUND = 4;
    private static final int ROUNDS = 10_000;

    /** Enough rounds for the JIT compiler to finish with so little code. */
    private static final int WARM_UP_BATCHES = 10;

    /** Odd, so that the median is a batch; the median ignores batches that were preempted. */
    private static final int BATCHES = 9;

    private static final double NANOS_PER_CALL = measure();

    private HookCalibration() {}

    /** The estimated cost of one call in nanoseconds, positive. */
    static double nanosPerCall() {
        return NANOS_PER_CALL;
    }

    private static double measure() {
        RunClock clock = new RunClock(System::nanoTime, State.NONE);
        for (int i = 0; i < WARM_UP_BATCHES; i++) {
            batchNanos(clock);
        }
        long[] batches = new long[BATCHES];
        Arrays.setAll(batches, _ -> batchNanos(clock));
        Arrays.sort(batches);
        // At least a nanosecond, so that a coarse clock cannot make the hooks look free.
        long median = Math.max(1, batches[BATCHES / 2]);
        return (double) median / (ROUNDS * CALLS_PER_ROUND);
    }

    private static long batchNanos(RunClock clock) {
        long start = System.nanoTime();
        for (int i = 0; i < ROUNDS; i++) {
            clock.begin(Region.STEP);
            clock.end(Region.STEP);
            clock.beginStep();
            clock.endStep(1, 0);
        }
        return System.nanoTime() - start;
    }
}
