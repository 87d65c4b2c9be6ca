package dev.retort.experiment.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.Arm;
import dev.retort.experiment.CauseOfEnd;
import dev.retort.experiment.Decision;
import dev.retort.experiment.ExperimentBuilder;
import dev.retort.experiment.RunState;
import dev.retort.experiment.Samples;
import dev.retort.experiment.event.Event.DecisionAdvised;
import dev.retort.experiment.lab.AutomaticAct;
import dev.retort.experiment.lab.Savings;
import dev.retort.experiment.state.RefusedException;
import dev.retort.experiment.worker.AttemptResult;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What is done without a person, within limits; and what is not done twice. */
final class AutomationTest extends Simulation {
    private long advised(String kind) {
        return store.events(0, 10_000).stream()
                .filter(
                        e ->
                                e.event() instanceof DecisionAdvised advice
                                        && advice.decision().kind().name().equals(kind))
                .count();
    }

    private void until(int runs) {
        assertTrue(time.runUntil(() -> ended() == runs, Duration.ofHours(1), store));
    }

    private void submit(String id, int priority, int runs) {
        lab.submit(
                Samples.experiment(id, "vision", "no.Task", Samples.seeds(runs))
                        .priority(priority)
                        .build());
    }

    @Test
    void aHigherPriorityGetsRoomFromTheYoungestOfTheLowest() {
        submit("low", 0, 2);
        SimulatedLauncher launcher = SimulatedLauncher.completing(time, Duration.ofMinutes(5));
        start(2, launcher);
        time.run(Duration.ofSeconds(20), store);
        submit("high", 5, 1);
        time.run(Duration.ofSeconds(40), store);
        assertEquals(RunState.RUNNING, state("high/a/1"));
        assertEquals(1, decisions("PREEMPT"));
        long low =
                List.of("low/a/1", "low/a/2").stream()
                        .filter(run -> state(run) == RunState.QUEUED)
                        .count();
        assertEquals(1, low);
        until(3);
        assertEquals(1, decisions("PREEMPT"));
    }

    @Test
    void whereItOnlyAdvisesNobodyIsPreempted() {
        submit("low", 0, 2);
        SimulatedLauncher launcher = SimulatedLauncher.completing(time, Duration.ofMinutes(5));
        start(
                options(2).withAutomation(Automation.unlimited().advising(Decision.Kind.PREEMPT)),
                launcher);
        time.run(Duration.ofSeconds(20), store);
        submit("high", 5, 1);
        time.run(Duration.ofSeconds(40), store);
        assertEquals(RunState.QUEUED, state("high/a/1"));
        assertEquals(0, decisions("PREEMPT"));
        assertEquals(1, advised("PREEMPT"));
    }

    @Test
    void retriesHaveALimitThatAPersonCanGoBeyond() {
        submit("e", 0, 1);
        SimulatedLauncher launcher = ending(AttemptResult.of(CauseOfEnd.KILLED, "it was killed"));
        start(
                options(1).withAutomation(Automation.unlimited().limiting(Decision.Kind.RETRY, 2)),
                launcher);
        until(1);
        assertEquals(RunState.FAILED, state("e/a/1"));
        assertEquals(3, launcher.launched.size());
        assertEquals(2, decisions("RETRY"));
        assertEquals(1, advised("RETRY"));
        lab.retry("e/a/1", "the rack was mended");
        until(1);
        assertEquals(4, launcher.launched.size());
        assertThrows(RefusedException.class, () -> lab.retry("no/such/1", "none"));
    }

    @Test
    void whatOnlyAdvisesDoesNothingAndSaysWhatItWould() {
        submit("e", 0, 1);
        SimulatedLauncher launcher = ending(AttemptResult.of(CauseOfEnd.KILLED, "it was killed"));
        start(options(1).withAutomation(Automation.advisory()), launcher);
        until(1);
        assertEquals(RunState.FAILED, state("e/a/1"));
        assertEquals(1, launcher.launched.size());
        List<AutomaticAct> acts = AutomaticAct.of(store);
        assertEquals(
                List.of(Decision.Kind.RETRY, Decision.Kind.GIVE_UP),
                acts.stream().map(act -> act.decision().kind()).toList());
        assertEquals(List.of(false, true), acts.stream().map(AutomaticAct::done).toList());
    }

    @Test
    void microBatchesShrinkAfterEachTimeMemoryRanOut() {
        submit("e", 0, 1);
        SimulatedLauncher launcher = ending(AttemptResult.of(CauseOfEnd.OUT_OF_MEMORY, "heap"));
        start(options(1), launcher);
        until(1);
        assertEquals(
                List.of(1, 2, 4, 8),
                launcher.launched.stream().map(a -> a.microBatchDivisor()).toList());
        assertEquals(3, decisions("SHRINK_BATCH"));
    }

    @Test
    void aForkGoesOnFromWhatAnotherSaved() {
        Arm base = Samples.arm("base", "no.Task", Map.of("rate", 0.1));
        Arm fork = Samples.arm("fork", "no.Task", Map.of("rate", 0.2)).forkedFrom("base", 4);
        lab.submit(new ExperimentBuilder("e", "vision").arm(fork).arm(base).seeds(1).build());
        SimulatedTraining training =
                new SimulatedTraining(time, (_, _, _) -> 1, 10, epoch -> epoch % 2 == 0);
        Scheduler.start(store, options(2), training, time, host.machine());
        time.run(Duration.ofSeconds(2), store);
        assertEquals(RunState.QUEUED, state("e/fork/1"));
        until(2);
        assertEquals(Map.of("base", 10, "fork", 6), training.trained);
        assertEquals(1, decisions("FORK"));
        Savings savings = Savings.of(store);
        assertEquals(1, savings.forked());
        assertEquals(4 / 3600.0, savings.forkedDeviceHours(), 1e-4);
    }

    /** Where what it was to go on from is not there, it begins at its beginning. */
    @Test
    void aForkOfARunThatEndedEarlyBeginsAnew() {
        Arm base = Samples.arm("base", "no.Task", Map.of("rate", 0.1));
        Arm fork = Samples.arm("fork", "no.Task", Map.of("rate", 0.2)).forkedFrom("base", 4);
        lab.submit(new ExperimentBuilder("e", "vision").arm(base).arm(fork).seeds(1).build());
        lab.cancel("e/base/1", "not wanted");
        SimulatedTraining training = new SimulatedTraining(time, (_, _, _) -> 1, 10, e -> true);
        Scheduler.start(store, options(2), training, time, host.machine());
        until(2);
        assertEquals(Map.of("fork", 10), training.trained);
    }

    @Test
    void aSampleIsDoneAgainAndCompared() {
        submit("first", 0, 20);
        int[] runs = new int[1];
        SimulatedLauncher launcher =
                new SimulatedLauncher(
                        time,
                        _ -> Duration.ofSeconds(1),
                        a ->
                                new AttemptResult(
                                        CauseOfEnd.COMPLETED,
                                        "done",
                                        // One that is done again comes out differently.
                                        Map.of("m", a.seed() + (++runs[0] == 21 ? 0.5 : 0)),
                                        null));
        start(4, launcher);
        until(20);
        lab.submit(
                new ExperimentBuilder("again", "vision")
                        .user("ada")
                        .arm(Samples.arm("a", "no.Task", Map.of("of", "first")))
                        .seeds(Samples.seeds(20))
                        .rerunShare(0.3)
                        .build());
        until(40);
        Savings savings = Savings.of(store);
        int again = launcher.launched.size() - 20;
        assertTrue(again >= 2 && again <= 12, again + " of 20");
        assertEquals(20 - again, savings.reused());
        assertEquals(again, decisions("RERUN"));
        assertEquals(1, savings.different().size());
        assertEquals(again - 1, savings.same());
        assertEquals((20 - again) / 3600.0, savings.reusedDeviceHours(), 1e-4);
    }

    @Test
    void badForksGetOneSentence() {
        Arm fork = Samples.arm("fork", "no.Task", Map.of()).forkedFrom("none", 4);
        assertEquals(
                "arm fork of experiment e forks none: expected one of the arms that are no forks"
                        + " themselves, [base]",
                String.valueOf(
                        assertThrows(
                                        IllegalArgumentException.class,
                                        () ->
                                                new ExperimentBuilder("e", "vision")
                                                        .arm(
                                                                Samples.arm(
                                                                        "base", "no.Task",
                                                                        Map.of()))
                                                        .arm(fork)
                                                        .build())
                                .getMessage()));
    }
}
