package dev.retort.experiment.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.Attempt;
import dev.retort.experiment.CauseOfEnd;
import dev.retort.experiment.Experiment;
import dev.retort.experiment.Resources;
import dev.retort.experiment.RunState;
import dev.retort.experiment.Samples;
import dev.retort.experiment.event.Event;
import dev.retort.experiment.event.Event.RunAdmitted;
import dev.retort.experiment.event.Event.RunEnded;
import dev.retort.experiment.lab.RunTimes;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.worker.AttemptResult;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/** When a run got how far, and what it is charged. */
final class RunTimesTest extends Simulation {
    private static final String RUN = "e/a/1";

    private RunTimes times() {
        LostLeases lost = LostLeases.of(store);
        return store.read(state -> RunTimes.of(state, state.run(RUN).orElseThrow(), lost));
    }

    private RunView view() {
        return lab.run(RUN).orElseThrow();
    }

    private Instant first(Class<? extends Event> kind) {
        return store.events(0, 1000).stream()
                .filter(each -> kind.isInstance(each.event()))
                .map(each -> Instant.ofEpochMilli(each.wallMillis()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theyAreThoseOfItsEvents() {
        Instant submitted = time.now();
        lab.submit(Samples.experiment("e", "t", "x", 1).resources(Resources.ofCores(2)).build());
        assertEquals(new RunTimes(submitted, null, null, 0.0), times());
        time.run(Duration.ofSeconds(60), store);
        SimulatedLauncher launcher =
                new SimulatedLauncher(
                        time,
                        _ -> Duration.ofSeconds(30),
                        attempt ->
                                attempt.attempt() == 1
                                        ? AttemptResult.of(CauseOfEnd.KILLED, "it was killed")
                                        : SimulatedLauncher.completed());
        start(options(2), launcher);
        time.run(Duration.ofSeconds(1), store);
        Instant started = first(RunAdmitted.class);
        assertEquals(new RunTimes(submitted, started, null, 0.0), times());
        assertTrue(time.runUntil(() -> ended() == 1, DAY, store));
        assertEquals(started, times().started());
        assertEquals(first(RunEnded.class), times().ended());
        // Two attempts of half a minute on two cores.
        assertEquals(120, Objects.requireNonNull(times().deviceSeconds()), 1);
        Attempt killed = view().attempts().getFirst();
        Instant until = Instant.ofEpochMilli(killed.heldUntilMillis().orElseThrow());
        assertEquals(30, Duration.between(started, until).toSeconds());
    }

    @Test
    void oneThatIsTriedAgainHasNotEnded() {
        Instant submitted = time.now();
        lab.submit(Samples.experiment("e", "t", "x", 1).build());
        time.run(Duration.ofSeconds(60), store);
        lab.cancel(RUN, "enough");
        assertEquals(new RunTimes(submitted, null, time.now(), 0.0), times());
        time.run(Duration.ofSeconds(60), store);
        lab.retry(RUN, "after all");
        assertEquals(RunState.QUEUED, state(RUN));
        assertEquals(new RunTimes(submitted, null, null, 0.0), times());
    }

    @Test
    void nothingIsKnownOfWhatWasDoneElsewhere() {
        Experiment imported =
                Samples.experiment("e", "t", "x", 1).tag(Experiment.IMPORTED, "there").build();
        lab.submit(imported);
        RunTimes times = times();
        assertNull(times.queued());
        assertEquals(new RunTimes(null, null, null, null), times);
    }
}
