package dev.retort.efficiency;

/**
 * The moment whose state a checkpoint holds, from {@link RunMeter#mark} or {@link
 * RunMeter#announce}. Handed back to {@link RunMeter#commit(CheckpointMark)} once the checkpoint is
 * durable.
 */
public final class CheckpointMark {
    private final RunClock clock;
    private final long elapsed;
    private final long[] booked;
    private final Work done;
    private final long step;

    CheckpointMark(RunClock clock, long elapsed, long[] booked, Work done, long step) {
        this.clock = clock;
        this.elapsed = elapsed;
        this.booked = booked;
        this.done = done;
        this.step = step;
    }

    /**
     * The step that the checkpoint is of.
     *
     * @return the steps that a run going on from the checkpoint has behind it
     */
    public long step() {
        return step;
    }

    boolean isOf(RunClock other) {
        return clock == other;
    }

    /** When, on the time line of the clock. */
    long elapsed() {
        return elapsed;
    }

    /** The time of training steps that had been booked, by row. Not to be changed. */
    long[] booked() {
        return booked;
    }

    Work done() {
        return done;
    }
}
