package dev.retort.experiment.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.Budget;
import dev.retort.experiment.Decision;
import dev.retort.experiment.ExperimentBuilder;
import dev.retort.experiment.Resources;
import dev.retort.experiment.RunState;
import dev.retort.experiment.Samples;
import dev.retort.experiment.event.Event.DecisionAdvised;

import org.junit.jupiter.api.Test;

import java.time.Duration;

/** Which attempts make room for a run of higher priority, and that it gets that room. */
final class PreemptionTest extends Simulation {
    private static ExperimentBuilder experiment(
            String id, String team, int priority, Resources resources, long... seeds) {
        return Samples.experiment(id, team, "x", seeds).priority(priority).resources(resources);
    }

    /** They need an hour, and are killed when they do not stop. */
    private SimulatedLauncher slow() {
        return SimulatedLauncher.completing(time, Duration.ofHours(1));
    }

    private void pass(Duration duration) {
        time.run(duration, store);
    }

    @Test
    void whatIsGivenUpIsKeptForTheRunItWasAskedFor() {
        lab.submit(experiment("low", "t", 0, Resources.ofCores(4), 1, 2).build());
        start(8, slow());
        pass(Duration.ofSeconds(1));
        lab.submit(experiment("others", "u", 9, Resources.ofCores(4), 1, 2).build());
        lab.submit(experiment("small", "t", 0, Resources.ofCores(1), 1, 2).build());
        lab.submit(experiment("high", "t", 5, Resources.ofCores(8), 1).build());
        assertTrue(
                time.runUntil(
                        () -> state("high/a/1") == RunState.RUNNING,
                        Duration.ofMinutes(10),
                        store));
        assertEquals(2, decisions("PREEMPT"));
        assertTrue(time.runUntil(() -> ended() == 7, DAY, store));
        assertEquals(2, decisions("PREEMPT"));
    }

    @Test
    void whoDoesNotHoldWhatIsMissingIsSpared() {
        lab.submit(experiment("device", "t", 0, new Resources(1, 1), 1).build());
        lab.submit(experiment("cores", "t", 0, Resources.ofCores(2), 1).build());
        start(SchedulerOptions.standard(folder, Capacity.of(4, 1)), slow());
        pass(Duration.ofSeconds(1));
        lab.submit(experiment("high", "t", 1, new Resources(1, 1), 1).build());
        pass(Duration.ofMinutes(10));
        assertEquals(RunState.RUNNING, state("high/a/1"));
        assertEquals(RunState.RUNNING, state("cores/a/1"));
        assertEquals(RunState.QUEUED, state("device/a/1"));
        assertEquals(1, decisions("PREEMPT"));
    }

    @Test
    void noMoreAreStoppedThanItTakes() {
        lab.submit(experiment("large", "t", 0, Resources.ofCores(4), 1).build());
        start(5, slow());
        pass(Duration.ofSeconds(1));
        lab.submit(experiment("small", "t", 0, Resources.ofCores(1), 1).build());
        pass(Duration.ofSeconds(1));
        lab.submit(experiment("high", "t", 1, Resources.ofCores(4), 1).build());
        pass(Duration.ofMinutes(10));
        assertEquals(RunState.RUNNING, state("high/a/1"));
        assertEquals(RunState.RUNNING, state("small/a/1"));
        assertEquals(1, decisions("PREEMPT"));
    }

    @Test
    void aLimitHoldsForWhatIsAskedForTogether() {
        lab.submit(experiment("low", "t", 0, Resources.ofCores(4), 1, 2).build());
        Automation once = Automation.unlimited().limiting(Decision.Kind.PREEMPT, 1);
        start(options(8).withAutomation(once), slow());
        pass(Duration.ofSeconds(1));
        lab.submit(experiment("high", "t", 5, Resources.ofCores(8), 1).build());
        pass(Duration.ofMinutes(10));
        assertEquals(RunState.QUEUED, state("high/a/1"));
        assertEquals(0, decisions("PREEMPT"));
        assertEquals(
                2,
                store.events(0, 10_000).stream()
                        .filter(event -> event.event() instanceof DecisionAdvised)
                        .count());
        assertTrue(time.runUntil(() -> ended() == 3, DAY, store));
    }

    @Test
    void aRunThatIsHeldDoesNotStandInTheWay() {
        lab.submit(experiment("low", "t", 0, Resources.ofCores(4), 1).build());
        start(4, slow());
        pass(Duration.ofSeconds(1));
        lab.submit(
                experiment("late", "t", 9, Resources.ofCores(4), 1)
                        .budget(new Budget(null, null, time.now()))
                        .build());
        lab.submit(experiment("high", "t", 5, Resources.ofCores(4), 1).build());
        pass(Duration.ofMinutes(10));
        assertEquals(RunState.RUNNING, state("high/a/1"));
        assertEquals(RunState.QUEUED, state("late/a/1"));
    }

    @Test
    void onlyWhatCanBeLeftUndoneIsLimited() {
        assertEquals(
                "a limit is set for FORK: expected one of [RETRY, PRUNE, PREEMPT, SHRINK_BATCH,"
                        + " STOP_DIVERGED, PACK, UNPACK]",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> Automation.unlimited().limiting(Decision.Kind.FORK, 1))
                        .getMessage());
    }
}
