package dev.retort.efficiency;

import dev.retort.efficiency.journal.State;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What became of the time of training steps: it is pending until a checkpoint holds it, then good;
 * a restart makes lost what lies behind the checkpoint it goes back to. Also keeps what was moved
 * to other buckets afterwards. Guarded by the lock of the clock that owns it.
 */
final class Survival {
    /** Time moved out of pending after the latest commit. */
    private record Move(long time, int row, long nanos) {}

    private final long[] moved;
    private final long[] good;
    private final long[] lost;
    private final List<Move> recent = new ArrayList<>();
    private long committedTime = Long.MIN_VALUE;
    private Work kept;
    private Work undone;

    private Survival(long[] moved, long[] good, long[] lost, Work kept, Work undone) {
        this.moved = moved;
        this.good = good;
        this.lost = lost;
        this.kept = kept;
        this.undone = undone;
    }

    /** What a state says. */
    static Survival of(State state) {
        return new Survival(
                Cells.of(state.moved()),
                Cells.rows(state.survived()),
                Cells.rows(state.lost()),
                WorkCounter.of(state.kept()),
                WorkCounter.of(state.undone()));
    }

    /** The work that a checkpoint holds. */
    Work kept() {
        return kept;
    }

    /** The work that restarts went back behind. */
    Work undone() {
        return undone;
    }

    Map<String, Long> movedByName() {
        return Cells.named(moved);
    }

    Map<String, Long> goodByName() {
        return Cells.namedRows(good);
    }

    Map<String, Long> lostByName() {
        return Cells.namedRows(lost);
    }

    /**
     * Moves time to a bucket that comes before its own.
     *
     * @return the nanoseconds moved: all or none
     */
    long move(int cell, Bucket to, long time, long nanos) {
        Bucket from = Cells.bucket(cell);
        if (to.compareTo(from) >= 0) {
            return 0;
        }
        moved[cell] -= nanos;
        moved[Cells.inBucket(cell, to)] += nanos;
        if (from == Bucket.PENDING) {
            int row = Cells.row(cell);
            if (time < committedTime) {
                good[row] -= nanos;
            } else {
                recent.add(new Move(time, row, nanos));
            }
        }
        return nanos;
    }

    /** Makes good what was pending at the mark. False if a later mark was committed before. */
    boolean commit(CheckpointMark mark) {
        if (mark.elapsed() < committedTime) {
            return false;
        }
        committedTime = mark.elapsed();
        hold(mark.booked(), mark.done());
        recent.removeIf(move -> move.time() < committedTime);
        for (Move move : recent) {
            good[move.row()] += move.nanos();
        }
        return true;
    }

    private void hold(long[] training, Work done) {
        for (int row = 0; row < good.length; row++) {
            good[row] = training[row] + moved[pending(row)] - lost[row];
        }
        kept = done.minus(undone);
    }

    /** The state of a moment, once a checkpoint of that moment is durable. */
    static State committed(State state) {
        Survival survival = of(state);
        survival.hold(training(Cells.of(state.booked())), WorkCounter.of(state.done()));
        return state.withKept(survival.goodByName(), WorkCounter.named(survival.kept));
    }

    /**
     * Goes back to a checkpoint, on resuming.
     *
     * @param booked the time of training steps, by cell
     * @param goodThen the time of training steps that the checkpoint holds, by row
     * @param done the work that was done
     * @param keptThen the work that the checkpoint holds
     */
    void goBack(long[] booked, long[] goodThen, Work done, Work keptThen) {
        for (int row = 0; row < good.length; row++) {
            long net = booked[pending(row)] + moved[pending(row)];
            good[row] = Math.min(goodThen[row], net);
            lost[row] = net - good[row];
        }
        kept = keptThen;
        undone = done.minus(keptThen);
    }

    /** What was booked, where it was moved to. */
    long[] net(long[] booked) {
        long[] cells = new long[Cells.COUNT];
        for (int cell = 0; cell < cells.length; cell++) {
            cells[cell] = booked[cell] + moved[cell];
        }
        return cells;
    }

    /** Splits what was booked into what it became. */
    long[] settle(long[] booked, Outcome outcome) {
        long[] cells = net(booked);
        for (int row = 0; row < good.length; row++) {
            int pending = pending(row);
            long open = cells[pending] - good[row] - lost[row];
            cells[pending] = 0;
            cells[Cells.inBucket(pending, Bucket.LOST_PROGRESS)] += lost[row];
            cells[Cells.inBucket(pending, outcome.ofCommitted())] += good[row];
            cells[Cells.inBucket(pending, outcome.ofPending())] += open;
        }
        return cells;
    }

    /** The time of training steps, by row. */
    static long[] training(long[] booked) {
        long[] training = new long[Region.LIMIT];
        for (int row = 0; row < training.length; row++) {
            training[row] = booked[pending(row)];
        }
        return training;
    }

    /** The cell of a row that holds the time of training steps. */
    static int pending(int row) {
        return Cells.inBucket(row * (Cells.COUNT / Region.LIMIT), Bucket.PENDING);
    }
}
