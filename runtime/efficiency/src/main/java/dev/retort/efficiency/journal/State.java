package dev.retort.efficiency.journal;

import java.util.Map;
import java.util.Objects;

/**
 * All that a run's ledger consists of at one moment, cumulative over all attempts, so that the last
 * line that can be read is enough to go on.
 *
 * @param booked nanoseconds by cell, such as {@code FORWARD/PENDING}, as the hooks booked them
 * @param moved nanoseconds that were moved between cells afterwards; sums to 0
 * @param survived nanoseconds by region of training that a checkpoint holds
 * @param lost nanoseconds by region of training that restarts went back behind
 * @param done counts of the work that was done, such as {@code steps}
 * @param kept the counts of the work that a checkpoint holds
 * @param undone the counts of the work that restarts went back behind
 * @param spent what all attempts took so far, such as {@code joules}
 * @param stepTimes how long the steps of all attempts took, as text that may be compressed; empty
 *     in most lines, since it is far longer than the rest: the last line that has it tells
 */
public record State(
        Map<String, Long> booked,
        Map<String, Long> moved,
        Map<String, Long> survived,
        Map<String, Long> lost,
        Map<String, Double> done,
        Map<String, Double> kept,
        Map<String, Double> undone,
        Map<String, Double> spent,
        String stepTimes) {
    /** The state of a run that has not begun. */
    public static final State NONE =
            new State(
                    Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of(),
                    "");

    /** Copies the maps. */
    public State {
        booked = Map.copyOf(booked);
        moved = Map.copyOf(moved);
        survived = Map.copyOf(survived);
        lost = Map.copyOf(lost);
        done = Map.copyOf(done);
        kept = Map.copyOf(kept);
        undone = Map.copyOf(undone);
        spent = Map.copyOf(spent);
        // Reading a line that lacks it gives null.
        stepTimes = Objects.requireNonNullElse(stepTimes, "");
    }

    /**
     * The same with how long the steps took.
     *
     * @param times the times of all attempts, as text
     * @return the changed state
     */
    public State withStepTimes(String times) {
        return new State(booked, moved, survived, lost, done, kept, undone, spent, times);
    }

    /**
     * The same with what a later checkpoint holds.
     *
     * @param good the time of training that it holds
     * @param work the work that it holds
     * @return the changed state
     */
    public State withKept(Map<String, Long> good, Map<String, Double> work) {
        return new State(booked, moved, good, lost, done, work, undone, spent, stepTimes);
    }
}
