package dev.retort.experiment.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.Attempt;
import dev.retort.experiment.CauseOfEnd;
import dev.retort.experiment.Checkpoint;
import dev.retort.experiment.FailureClass;
import dev.retort.experiment.RunState;
import dev.retort.experiment.event.Event;
import dev.retort.experiment.event.Event.AttemptEnded;
import dev.retort.experiment.event.Event.AttemptStarted;
import dev.retort.experiment.event.Event.CheckpointCommitted;
import dev.retort.experiment.event.Event.RunAdmitted;
import dev.retort.experiment.event.Event.RunEnded;
import dev.retort.experiment.event.Event.RunPaused;
import dev.retort.experiment.event.Event.RunQueued;
import dev.retort.experiment.event.Event.StopRequested;
import dev.retort.experiment.event.StopKind;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/** What holds whatever is tried. */
final class StateInvariantsTest extends Happening {
    /** Whatever is tried in whatever order: what is allowed keeps the invariants. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void nothingAllowedBreaksAnInvariant(long seed) {
        Random random = new Random(seed);
        queued();
        int allowed = 0;
        for (int i = 0; i < 4000; i++) {
            RunView before = state.run(RUN).orElseThrow();
            if (before.state().isFinal()) {
                nothingMore(before);
                return;
            }
            Event event = any(random, before);
            LabState fork = state.fork();
            try {
                fork.apply(recorded(fork, event));
            } catch (RefusedException _) {
                assertEquals(before, state.run(RUN).orElseThrow());
                continue;
            }
            fork.merge();
            allowed++;
            check(before, state.run(RUN).orElseThrow());
        }
        assertTrue(allowed > 10, "only " + allowed + " were allowed");
    }

    private void nothingMore(RunView last) {
        Random random = new Random(99);
        for (int i = 0; i < 200; i++) {
            Event event = any(random, last);
            LabState fork = state.fork();
            assertThrows(
                    RefusedException.class,
                    () -> fork.apply(recorded(fork, event)),
                    event::toString);
        }
    }

    private static void check(RunView before, RunView after) {
        long open = after.attempts().stream().filter(attempt -> attempt.end() == null).count();
        assertTrue(open <= 1, "two attempts at once");
        assertTrue(after.attempts().size() - before.attempts().size() <= 1);
        assertEquals(
                before.attempts().stream().map(Attempt::token).toList(),
                after.attempts().stream()
                        .map(Attempt::token)
                        .limit(before.attempts().size())
                        .toList());
        if (open == 1) {
            assertTrue(after.state().isActive(), after::toString);
        }
        if (after.state() == RunState.QUEUED || after.state() == RunState.PAUSED) {
            assertEquals(0, open);
            assertFalse(after.stop() != null, after::toString);
        }
        if (after.state() == RunState.SUCCEEDED) {
            assertEquals(
                    CauseOfEnd.COMPLETED,
                    Objects.requireNonNull(after.attempts().getLast().end()).cause());
        }
    }

    private static Event any(Random random, RunView view) {
        long token =
                random.nextInt(4) == 0 || view.attempts().isEmpty()
                        ? random.nextInt(50)
                        : view.attempts().getLast().token();
        int number = view.attempts().size() + (random.nextInt(4) == 0 ? 0 : 1);
        CauseOfEnd cause = oneOf(random, CauseOfEnd.values());
        StopKind kind = oneOf(random, StopKind.values());
        // Ends are rare, so that lives are long.
        return switch (random.nextInt(60)) {
            case 0, 1, 2, 3, 4, 5, 6, 7 -> new RunQueued(RUN, 0, "r");
            case 8, 9, 10, 11, 12, 13, 14, 15 ->
                    new RunAdmitted(RUN, number, "s" + random.nextInt(2), "h", List.of());
            case 16, 17, 18, 19, 20, 21, 22 -> new AttemptStarted(RUN, token, null);
            case 23, 24, 25, 26, 27 ->
                    new CheckpointCommitted(RUN, token, new Checkpoint(1, "p", "h", 1));
            case 28, 29, 30, 31, 32, 33 -> new AttemptEnded(RUN, token, cause, "d", 1);
            case 34, 35 -> new RunPaused(RUN, "r");
            case 36 -> new StopRequested(RUN, kind, "r");
            case 37 ->
                    new RunEnded(
                            RUN,
                            oneOf(random, RunState.values()),
                            "r",
                            Map.of(),
                            null,
                            random.nextBoolean() ? FailureClass.USER_CODE : null);
            default -> new RunQueued(RUN, 0, "r");
        };
    }

    private static <T> T oneOf(Random random, T[] values) {
        return values[random.nextInt(values.length)];
    }
}
