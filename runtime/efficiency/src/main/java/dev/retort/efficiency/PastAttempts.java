package dev.retort.efficiency;

import dev.retort.efficiency.journal.Line;
import dev.retort.efficiency.journal.Line.Event;
import dev.retort.efficiency.journal.State;
import dev.retort.efficiency.journal.Tail;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the journal of a run tells of the processes that worked on it. Immutable. */
final class PastAttempts {
    private final List<Line> lines;
    private final Line last;
    private final State state;

    /**
     * Reads what they left.
     *
     * @param lines of the journal, at least one
     * @param tail what the last of them left beside it
     */
    PastAttempts(List<Line> lines, Optional<Tail.Contents> tail) {
        this.lines = List.copyOf(lines);
        last = lines.getLast();
        state = hasEnded() ? last.state() : Tails.overlay(last.state(), last.attempt(), tail);
    }

    /** How many there were. */
    int count() {
        return last.attempt();
    }

    /** Whether the last one ended in order. */
    boolean hasEnded() {
        return last.event() == Event.ENDED;
    }

    /** How the run stands, by its last line. */
    Outcome outcome() {
        return hasEnded()
                ? Outcome.valueOf(last.detail().getOrDefault("outcome", Outcome.FAILED.name()))
                : Outcome.RUNNING;
    }

    /** Their ledger, up to the last sign of life. */
    State state() {
        return state;
    }

    /** Where their time went, with what became of it by the end of the run. */
    Ledger ledger(Outcome outcome) {
        return Cells.ledger(
                Survival.of(state).settle(Cells.of(state.booked()), outcome),
                Tails.sum(state.booked()));
    }

    /** The times of steps in the last line that has them. */
    StepTimes stepTimes() {
        for (Line line : lines.reversed()) {
            if (!line.state().stepTimes().isEmpty()) {
                return StepTimes.decoded(line.state().stepTimes());
            }
        }
        return StepTimes.NONE;
    }

    /** What went wrong in them, in a list of the caller's own. */
    List<Failure> failures() {
        return new ArrayList<>(Failures.of(lines));
    }

    /** When the last one booked its last nanosecond, on the clock of the day. */
    long lastAlive() {
        for (Line line : lines) {
            if (line.attempt() == last.attempt() && line.event() == Event.STARTED) {
                return line.epochNanos()
                        + Tails.sum(state.booked())
                        - Tails.sum(line.state().booked());
            }
        }
        return last.epochNanos();
    }

    /** The state of the last line, with what its last checkpoint held. */
    State atLastCheckpoint() {
        return outcome() == Outcome.DISCARDED ? State.NONE : last.state();
    }

    /** The state of the latest checkpoint up to a step; that of no run if there is none. */
    State atCheckpoint(long step) {
        if (outcome() == Outcome.DISCARDED) {
            return State.NONE;
        }
        if (keptSteps(last.state()) == step) {
            return last.state();
        }
        State best = State.NONE;
        for (Line line : lines) {
            State held = heldBy(line, step);
            if (keptSteps(held) <= step && keptSteps(held) >= keptSteps(best)) {
                best = held;
            }
        }
        return best;
    }

    /** The state that the checkpoint of a line holds; that of no run if it has none. */
    private static State heldBy(Line line, long step) {
        if (line.event() == Event.COMMITTED) {
            return line.state();
        }
        if (line.event() == Event.ANNOUNCED) {
            // Written before it was durable; that the run goes on from there says that it was.
            State held = Survival.committed(line.state());
            return keptSteps(held) == step ? held : State.NONE;
        }
        return State.NONE;
    }

    /** The steps that the checkpoint of a state holds. */
    static long keptSteps(State state) {
        return state.kept().getOrDefault("steps", 0.0).longValue();
    }
}
