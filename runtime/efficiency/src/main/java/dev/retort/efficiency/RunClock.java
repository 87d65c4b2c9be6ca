package dev.retort.efficiency;

import dev.retort.efficiency.Intervals.Interval;
import dev.retort.efficiency.journal.State;
import dev.retort.efficiency.journal.Tail;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;

/**
 * Books every nanosecond to exactly one cell: that of the regions that are open. The hooks allocate
 * nothing and throw nothing.
 *
 * <p>Thread-safe by one lock, its own monitor; a caller that needs several answers of one moment
 * holds it.
 */
final class RunClock {
    /** Of a change: the one region was ended. */
    static final int ENDED = 1;

    /** Of a change: the other region was begun. */
    static final int BEGUN = 2;

    private final LongSupplier nanoClock;
    private final AnomalyCounts anomalies = new AnomalyCounts();
    private final RegionStack stack = new RegionStack(anomalies);
    private final TimeLine timeLine = new TimeLine();
    private final WorkCounter work = new WorkCounter();
    private final Histogram stepTimes = StepTimes.recorder();
    private final Intervals attributed = new Intervals();
    private final Survival survival;
    private final RollingHistory history = new RollingHistory();
    private final KeptNumbers kept = new KeptNumbers(anomalies);

    /** By cell, as the hooks said; what was moved since is kept apart. */
    private final long[] booked;

    /** The time of earlier attempts and of the gaps between them. */
    private final long base;

    private final long start;
    private long last;

    /** The sum of the clock's backward leaps, as a positive number. */
    private long leaptBack;

    private int cell = Cells.NONE;

    /** Whether time in the cell is part of a step, and how much was so far. */
    private boolean inStep = true;

    private long inStepNanos;
    private long stepBegunAt = -1;
    private long calls;
    private Outcome outcome = Outcome.RUNNING;
    private boolean finished;

    /**
     * Starts a clock where another attempt stopped.
     *
     * @param nanoClock the clock, in nanoseconds from any origin
     * @param before the state of the attempts before
     */
    RunClock(LongSupplier nanoClock, State before) {
        this.nanoClock = nanoClock;
        booked = Cells.of(before.booked());
        survival = Survival.of(before);
        work.set(WorkCounter.of(before.done()));
        base = LongStream.of(booked).reduce(0, Math::addExact);
        start = nanoClock.getAsLong();
        last = start;
        timeLine.change(0, cell, work.steps());
        sample();
    }

    /** Whether the region was begun, by the rules of the ledger. */
    synchronized boolean begin(Region region) {
        boolean begun = enter() && stack.begin(region);
        if (begun) {
            changeCell();
        }
        return begun;
    }

    /**
     * Ends the setup that opening was. The calls of hooks count from here: it was none of a user.
     */
    synchronized void opened() {
        end(Region.SETUP);
        calls = 0;
    }

    /** Whether the region was ended, by the rules of the ledger. */
    synchronized boolean end(Region region) {
        boolean ended = enter() && stack.end(region);
        if (ended) {
            changeCell();
        }
        return ended;
    }

    /** The sum of {@link #ENDED} and {@link #BEGUN}, of those that were. */
    synchronized int change(Region from, Region to) {
        if (!enter()) {
            return 0;
        }
        int changed = (stack.end(from) ? ENDED : 0) + (stack.begin(to) ? BEGUN : 0);
        changeCell();
        return changed;
    }

    synchronized void beginStep() {
        if (enter()) {
            if (stepBegunAt >= 0) {
                anomalies.count(Anomaly.STEP_NOT_ENDED);
            }
            stepBegunAt = inStepNanos;
        }
    }

    synchronized void endStep(long items, long tokens) {
        if (!enter()) {
            return;
        }
        if (stepBegunAt < 0) {
            anomalies.count(Anomaly.STEP_NOT_BEGUN);
            return;
        }
        long nanos = inStepNanos - stepBegunAt;
        stepBegunAt = -1;
        StepTimes.add(stepTimes, nanos);
        work.addStep(nanos, counted(items), counted(tokens));
        timeLine.change(elapsed(), cell, work.steps());
        kept.step(work);
    }

    synchronized void cancelStep() {
        if (enter()) {
            stepBegunAt = -1;
        }
    }

    synchronized void flops(Precision precision, double model, double hardware) {
        if (!admits()) {
            return;
        }
        if (precision == null || !(model >= 0) || !(hardware >= model) || hardware > 1e300) {
            anomalies.count(Anomaly.NEGATIVE_WORK);
            return;
        }
        work.addFlops(precision, model, hardware);
        kept.all(work);
    }

    /** Books the time up to now. */
    synchronized void advance() {
        long now = nanoClock.getAsLong();
        long delta = now - last;
        last = now;
        if (delta < 0) {
            leaptBack -= delta;
            anomalies.count(Anomaly.CLOCK_WENT_BACK);
            return;
        }
        booked[cell] += delta;
        if (inStep) {
            inStepNanos += delta;
        }
        kept.cell(cell, booked[cell]);
    }

    /**
     * Moves an interval that became known late to a bucket, as far as it lies in buckets that come
     * after it and was not attributed before.
     *
     * @return the nanoseconds moved
     */
    synchronized long attribute(Bucket bucket, long from, long to) {
        if (!finished) {
            advance();
        }
        long begin = Math.max(0, elapsedAt(from));
        if (begin < timeLine.oldest()) {
            anomalies.count(Anomaly.ATTRIBUTED_TOO_LATE);
        }
        long[] sum = {0};
        for (Interval part : attributed.add(begin, Math.min(elapsedAt(to), elapsed()))) {
            timeLine.visit(
                    part.from(),
                    part.to(),
                    (time, nanos, where, _) -> sum[0] += survival.move(where, bucket, time, nanos));
        }
        return sum[0];
    }

    /** The steps that were finished at a moment, which must not lie too far back. */
    synchronized long stepAt(long nanoTime) {
        long[] step = {work.steps()};
        visit(nanoTime, nanoTime + 1, (_, _, _, before) -> step[0] = before);
        return logicalStep(step[0]);
    }

    /**
     * What the time line knows, for a trace. The one place that reads it as a whole: it tells the
     * parts of the cells that hooks chose, oldest first, without gap from {@code from} or the
     * earliest known moment to {@code to}, which is now or the end. Allocates and takes up to some
     * milliseconds, so it does not belong into a step.
     *
     * @param asked from when on, on the time line of this attempt
     */
    synchronized Stretch stretch(long asked) {
        if (!finished) {
            advance();
        }
        long from = Math.max(asked, timeLine.oldest());
        List<RunTrace.Segment> parts = new ArrayList<>();
        timeLine.visit(
                from,
                elapsed(),
                (begin, nanos, where, step) ->
                        parts.add(
                                new RunTrace.Segment(
                                        Cells.region(where),
                                        Cells.bucket(where),
                                        begin,
                                        begin + nanos,
                                        logicalStep(step))));
        return new Stretch(from, elapsed(), start - leaptBack, parts.reversed());
    }

    /** A part of the time line; {@code origin} is the clock's reading at its time 0. */
    record Stretch(long from, long to, long origin, List<RunTrace.Segment> parts) {}

    /** Cuts an interval into parts of one cell and step, as far as they are known. */
    synchronized void visit(long from, long to, TimeLine.Visitor visitor) {
        timeLine.visit(Math.max(0, elapsedAt(from)), elapsedAt(to), visitor);
    }

    synchronized CheckpointMark mark() {
        if (!finished) {
            advance();
        }
        // A change, so that no part of an interval lies on both sides of the mark.
        timeLine.change(elapsed(), cell, work.steps());
        return new CheckpointMark(
                this, elapsed(), Survival.training(booked), work.work(), logicalStep(work.steps()));
    }

    /** Whether the mark could be committed. */
    synchronized boolean commit(@Nullable CheckpointMark mark) {
        boolean done = mark != null && mark.isOf(this) && !finished && survival.commit(mark);
        if (!done) {
            anomalies.count(finished ? Anomaly.AFTER_FINISH : Anomaly.STALE_COMMIT);
        }
        return done;
    }

    /** Books the time up to now, ends what is open and ignores every later call. */
    synchronized void finish(Outcome how) {
        advance();
        stack.finish();
        if (stepBegunAt >= 0) {
            anomalies.count(Anomaly.STEP_NOT_ENDED);
        }
        if (how == Outcome.SUCCEEDED) {
            commit(mark());
        }
        outcome = how;
        finished = true;
        kept.stop();
    }

    synchronized boolean isFinished() {
        return finished;
    }

    synchronized void count(Anomaly anomaly) {
        anomalies.count(anomaly);
    }

    /** The time booked so far. The elapsed time comes from the clock, not from the cells. */
    synchronized Ledger ledger() {
        return Cells.ledger(survival.settle(booked, outcome), base + elapsed());
    }

    /** Keeps this moment as one that a window can begin at. */
    synchronized void sample() {
        history.add(base + elapsed(), moment());
    }

    /** The time up to the last booking, and back as far as the length goes. */
    synchronized RunWindow window(Duration length) {
        return history.window(length, base + elapsed(), moment());
    }

    /** All time up to the last booking, in order. */
    synchronized List<RunHistory.Stretch> history() {
        return history.stretches(base + elapsed(), moment());
    }

    synchronized State state(Map<String, Double> spent) {
        return new State(
                Cells.named(booked),
                survival.movedByName(),
                survival.goodByName(),
                survival.lostByName(),
                WorkCounter.named(work.work()),
                WorkCounter.named(survival.kept()),
                WorkCounter.named(survival.undone()),
                spent,
                "");
    }

    synchronized Map<Anomaly, Long> anomalies() {
        return anomalies.occurred();
    }

    synchronized Work done() {
        return work.work();
    }

    synchronized Work kept() {
        return outcome == Outcome.DISCARDED ? Work.NONE : survival.kept();
    }

    synchronized Work undone() {
        return survival.undone();
    }

    synchronized StepTimes stepTimes() {
        return StepTimes.of(stepTimes);
    }

    synchronized long calls() {
        return calls;
    }

    synchronized Outcome outcome() {
        return outcome;
    }

    /** From now on every change is also stored where it outlives the process. */
    synchronized void keepIn(Tail file) {
        kept.keepIn(file, booked, cell, work);
    }

    /** Goes back to a checkpoint, before any hook was called. */
    synchronized void goBack(State checkpoint) {
        survival.goBack(
                booked,
                Cells.rows(checkpoint.survived()),
                work.work(),
                WorkCounter.of(checkpoint.kept()));
    }

    /** The time of this attempt: the time line of everything here, since it never goes back. */
    private long elapsed() {
        return last - start + leaptBack;
    }

    private long elapsedAt(long nanoTime) {
        return nanoTime - start + leaptBack;
    }

    private RollingHistory.Moment moment() {
        return new RollingHistory.Moment(survival.net(booked), work.work());
    }

    private long logicalStep(long steps) {
        return steps - survival.undone().steps();
    }

    private long counted(long number) {
        if (number < 0) {
            anomalies.count(Anomaly.NEGATIVE_WORK);
            return 0;
        }
        return number;
    }

    private boolean enter() {
        boolean admitted = admits();
        if (admitted) {
            advance();
        }
        return admitted;
    }

    private boolean admits() {
        if (finished) {
            anomalies.count(Anomaly.AFTER_FINISH);
            return false;
        }
        calls++;
        return true;
    }

    private void changeCell() {
        int now = stack.cell();
        if (now == cell) {
            return;
        }
        cell = now;
        inStep = Cells.bucket(now).compareTo(Bucket.INPUT_STALL) >= 0;
        timeLine.change(elapsed(), now, work.steps());
        kept.row(Cells.row(now));
    }
}
