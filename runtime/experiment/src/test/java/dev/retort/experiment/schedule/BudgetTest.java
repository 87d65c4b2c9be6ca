package dev.retort.experiment.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.Budget;
import dev.retort.experiment.Direction;
import dev.retort.experiment.Experiment;
import dev.retort.experiment.ExperimentBuilder;
import dev.retort.experiment.Hypothesis;
import dev.retort.experiment.RunState;
import dev.retort.experiment.Samples;
import dev.retort.experiment.store.EventStore;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What budgets let go, in virtual time. */
final class BudgetTest extends Simulation {
    @Test
    void aSpentBudgetAdmitsNothingMore() {
        lab.submit(
                Samples.experiment("e", "t", "x", Samples.seeds(9))
                        .budget(Budget.ofDeviceHours(0.03))
                        .build());
        SimulatedLauncher launcher = SimulatedLauncher.completing(time, Duration.ofSeconds(36));
        Scheduler scheduler = start(1, launcher);
        time.run(Duration.ofMinutes(5), store);
        assertEquals(3, ended());
        assertEquals(
                "run e/a/4 is held: the budget of experiment e is spent: 0.0300 of 0.0300"
                        + " device-hours; to go on, submit the experiment under another id with a"
                        + " larger budget, which takes the results that are there",
                why(scheduler, "e/a/4"));
    }

    @Test
    void theBudgetOfAHypothesisCoversItsExperimentsAndMoneyIsCounted() {
        var h =
                new Hypothesis(
                        "h",
                        "t",
                        "s",
                        "m",
                        Direction.LOWER_IS_BETTER,
                        1,
                        0.05,
                        new Budget(null, 0.05, null));
        lab.register(h);
        for (String id : List.of("e", "f")) {
            lab.submit(Samples.experiment(id, "t", "x", Samples.seeds(4)).hypothesis("h").build());
        }
        SchedulerOptions options = options(1).withPricePerDeviceHour(2.5);
        Scheduler scheduler =
                start(options, SimulatedLauncher.completing(time, Duration.ofSeconds(36)));
        time.run(Duration.ofMinutes(5), store);
        assertEquals(2, ended());
        assertEquals(
                "run f/a/1 is held: the budget of hypothesis h is spent: 0.05 of 0.05 in money; to"
                        + " go on, submit the experiment and its hypothesis under other ids with a"
                        + " larger budget",
                why(scheduler, "f/a/1"));
        // Also where the scheduler is another process.
        assertEquals(
                "the budget of hypothesis h is spent: 0.05 of 0.05 in money; to go on, submit the"
                        + " experiment and its hypothesis under other ids with a larger budget",
                Holds.of(store, "f/a/1", time.now(), 2.5).orElseThrow());
        assertTrue(Holds.of(store, "e/a/1", time.now(), 2.5).isEmpty(), "it has ended");
    }

    /** All of them would fit at once, and take twice the budget together. */
    @Test
    void runsInProgressCountWithWhatTheyAreSaidToTake() {
        lab.submit(
                Samples.experiment("e", "t", "x", Samples.seeds(9))
                        .budget(new Budget(0.05, null, null, 0.01))
                        .build());
        SimulatedLauncher launcher = SimulatedLauncher.completing(time, Duration.ofSeconds(36));
        Scheduler scheduler = start(9, launcher);
        time.run(Duration.ofSeconds(1), store);
        assertEquals(5, launcher.working);
        assertEquals(
                "run e/a/6 is held: the budget of experiment e leaves too little: 0.00 spent,"
                        + " 0.0500 for runs in progress and 0.0100 for this one of 0.0500 device-hours",
                why(scheduler, "e/a/6"));
        time.run(Duration.ofMinutes(5), store);
        assertEquals(5, ended());
    }

    /** Whichever of those in progress ends early leaves more, not only the first by name. */
    @Test
    void whoIsHeldForABudgetGoesWhenAnyOfThoseInProgressLeavesEnough() {
        lab.submit(
                Samples.experiment("e", "t", "x", 1, 2, 3)
                        .budget(new Budget(10.0, null, null, 4.0))
                        .build());
        SimulatedLauncher launcher =
                new SimulatedLauncher(
                        time,
                        assignment -> Duration.ofHours(assignment.seed() == 2 ? 1 : 4),
                        _ -> SimulatedLauncher.completed());
        start(3, launcher);
        time.run(Duration.ofMinutes(59), store);
        assertEquals(List.of("e/a/1", "e/a/2"), names(launcher));
        time.run(Duration.ofMinutes(2), store);
        assertEquals(RunState.RUNNING, state("e/a/3"));
    }

    /** What a run takes in the mean is less once a person ends one that took little. */
    @Test
    void whoIsHeldForABudgetWithNothingInProgressIsLookedAtAgain() {
        lab.submit(
                Samples.experiment("e", "t", "x", 1, 2, 3, 4)
                        .budget(Budget.ofDeviceHours(5.6))
                        .build());
        SimulatedLauncher launcher =
                new SimulatedLauncher(
                        time,
                        assignment -> Duration.ofHours(assignment.seed() == 1 ? 9 : 2),
                        _ -> SimulatedLauncher.completed());
        Scheduler scheduler = start(1, launcher);
        time.run(Duration.ofMinutes(6), store);
        lab.pause("e/a/1", "for a while");
        time.run(Duration.ofHours(6), store);
        assertTrue(
                why(scheduler, "e/a/4")
                        .endsWith(
                                "leaves too little: 4.11 spent, 0.00 for runs in progress and 2.00"
                                        + " for this one of 5.60 device-hours; to go on, submit the"
                                        + " experiment under another id with a larger budget, which"
                                        + " takes the results that are there"),
                why(scheduler, "e/a/4"));
        lab.prune("e/a/1", "it takes too long");
        time.run(Duration.ofMinutes(1), store);
        assertEquals(RunState.RUNNING, state("e/a/4"));
    }

    /** The first says what those take that follow; one that takes less lets another go. */
    @Test
    void runsInProgressCountWithTheMeanOfThoseThatEnded() {
        lab.submit(Samples.experiment("first", "t", "x", 1).build());
        lab.submit(
                Samples.experiment("e", "t", "x", Samples.seeds(20))
                        .budget(Budget.ofDeviceHours(0.05))
                        .priority(-1)
                        .build());
        SimulatedLauncher launcher =
                new SimulatedLauncher(
                        time,
                        assignment -> Duration.ofSeconds(assignment.seed() == 1 ? 36 : 18),
                        _ -> SimulatedLauncher.completed());
        start(1, launcher);
        assertTrue(time.runUntil(() -> ended() >= 2, DAY, store));
        time.run(Duration.ofMinutes(9), store);
        double spent = store.read(state -> state.deviceHoursOfExperiment("e"));
        assertTrue(spent > 0.04 && spent <= 0.05, spent + " of 0.05");
    }

    /** Nobody said what a run takes, and none has ended: they count with what they took so far. */
    @Test
    void whatRunsOfOtherSchedulersTookSoFarCounts() {
        lab.submit(
                Samples.experiment("e", "t", "x", 1, 2, 3).budget(Budget.ofDeviceHours(2)).build());
        SimulatedLauncher launcher = SimulatedLauncher.completing(time, Duration.ofHours(9));
        start(2, launcher);
        time.run(Duration.ofHours(1).plusSeconds(60), store);
        assertEquals(List.of("e/a/1", "e/a/2"), names(launcher));
        try (EventStore other = EventStore.open(url(), time::now, time::nanos)) {
            Scheduler second = Scheduler.start(other, options(1), launcher, time, host.machine());
            time.run(Duration.ofSeconds(1), store, other);
            assertEquals(
                    "run e/a/3 is held: the budget of experiment e leaves too little: 0.00 spent,"
                            + " 2.03 for runs in progress and 0.00 for this one of 2.00"
                            + " device-hours",
                    why(second, "e/a/3"));
        }
    }

    @Test
    void nothingIsAdmittedAfterTheDeadline() {
        var deadline = time.now().plusSeconds(10);
        lab.submit(
                Samples.experiment("e", "t", "x", Samples.seeds(20))
                        .budget(new Budget(null, null, deadline))
                        .reuse(false)
                        .build());
        Scheduler scheduler = start(1, completing());
        time.run(Duration.ofMinutes(1), store);
        assertEquals(10, ended());
        assertEquals(
                "run e/a/11 is held: the deadline of experiment e has passed: "
                        + deadline
                        + "; to go on, submit the experiment under another id with a later one",
                why(scheduler, "e/a/11"));
    }

    /** What is advised is true. */
    @Test
    void theSameUnderAnotherIdTakesTheResultsThatAreThere() {
        start(1, SimulatedLauncher.completing(time, Duration.ofSeconds(36)));
        lab.submit(limitedTo(0.02, "e"));
        time.run(Duration.ofMinutes(5), store);
        assertEquals(RunState.QUEUED, state("e/a/3"));
        lab.submit(limitedTo(0.2, "larger"));
        time.run(Duration.ofMinutes(5), store);
        assertEquals(RunState.REUSED, state("larger/a/1"));
        assertEquals(RunState.REUSED, state("larger/a/2"));
        assertEquals(RunState.SUCCEEDED, state("larger/a/3"));
    }

    private static Experiment limitedTo(double deviceHours, String id) {
        return new ExperimentBuilder(id, "t")
                .arm(Samples.arm("a", "x", Map.of()))
                .seeds(1, 2, 3)
                .budget(Budget.ofDeviceHours(deviceHours))
                .build();
    }
}
