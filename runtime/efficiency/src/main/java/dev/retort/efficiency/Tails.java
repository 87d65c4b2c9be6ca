package dev.retort.efficiency;

import dev.retort.efficiency.journal.State;
import dev.retort.efficiency.journal.Tail;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What the last moments of a killed process change in the state of its last line. */
final class Tails {
    private static final String GAP = "RECOVERY/INFRA_RECOVERY";

    private Tails() {}

    /** The state with the numbers of the tail, if it is of the same attempt and not behind. */
    static State overlay(State state, int attempt, Optional<Tail.Contents> tail) {
        if (tail.isEmpty()
                || tail.get().attempt() != attempt
                || tail.get().values().size() != Cells.COUNT + WorkCounter.SLOTS) {
            return state;
        }
        Tail.Contents contents = tail.get();
        Map<String, Long> booked = booked(contents);
        WorkCounter work = new WorkCounter();
        for (int slot = 0; slot < WorkCounter.SLOTS; slot++) {
            work.set(slot, contents.values().get(Cells.COUNT + slot));
        }
        if (sum(booked) < sum(state.booked())) {
            return state;
        }
        return with(state, booked, WorkCounter.named(work.work()));
    }

    /** The state with the time between two attempts. */
    static State withGap(State state, long nanos) {
        Map<String, Long> booked = new HashMap<>(state.booked());
        booked.merge(GAP, nanos, Long::sum);
        return with(state, booked, state.done());
    }

    /** The time between attempts so far. */
    static long gap(State state) {
        return state.booked().getOrDefault(GAP, 0L);
    }

    static long sum(Map<String, Long> nanos) {
        return nanos.values().stream().mapToLong(Long::longValue).sum();
    }

    /** By the names that the tail gives its rows: their numbers hold in one process only. */
    private static Map<String, Long> booked(Tail.Contents contents) {
        Map<String, Long> booked = new HashMap<>();
        for (int cell = 0; cell < Cells.COUNT; cell++) {
            String region = contents.names().get(Cells.row(cell));
            long nanos = contents.values().get(cell);
            if (region != null && nanos > 0) {
                booked.merge(region + "/" + Cells.bucket(cell), nanos, Long::sum);
            }
        }
        return booked;
    }

    private static State with(State state, Map<String, Long> booked, Map<String, Double> done) {
        return new State(
                booked,
                state.moved(),
                state.survived(),
                state.lost(),
                done,
                state.kept(),
                state.undone(),
                state.spent(),
                state.stepTimes());
    }
}
