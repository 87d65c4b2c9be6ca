package dev.retort.experiment.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.CauseOfEnd;
import dev.retort.experiment.Experiment;
import dev.retort.experiment.ExperimentBuilder;
import dev.retort.experiment.FailureClass;
import dev.retort.experiment.RunState;
import dev.retort.experiment.Samples;
import dev.retort.experiment.store.EventStore;
import dev.retort.experiment.worker.AttemptResult;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Runs that do the same work, of several schedulers. */
final class TwinsTest extends Simulation {
    @Test
    void twoSchedulersDoTheSameWorkOnce() {
        for (int i = 0; i < 20; i++) {
            lab.submit(
                    new ExperimentBuilder("e" + i, "t")
                            .arm(Samples.arm("same", "x", Map.of("k", i / 4)))
                            .build());
        }
        try (EventStore other = EventStore.open(url(), time::now, time::nanos)) {
            SimulatedLauncher first = completing();
            SimulatedLauncher second = completing();
            Scheduler.start(store, options(8), first, time, host.machine());
            Scheduler.start(other, options(8), second, time, host.machine());
            assertTrue(time.runUntil(() -> ended() == 20, DAY, store, other));
            assertEquals(5, first.launched.size() + second.launched.size());
        }
    }

    /** All of it between the last look of the scheduler that wants to do the same and its turn. */
    @Test
    void whatAnotherSchedulerHasDoneMeanwhileIsNotDoneAgain() {
        lab.submit(same("f"));
        SimulatedLauncher launcher =
                new SimulatedLauncher(
                        time,
                        _ -> Duration.ofMillis(100),
                        assignment ->
                                assignment.run().startsWith("f")
                                        ? AttemptResult.of(CauseOfEnd.KILLED, "it was killed")
                                        : SimulatedLauncher.completed());
        RetryPolicy twice =
                new RetryPolicy(
                        Map.of(FailureClass.INFRASTRUCTURE, 2),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(3),
                        9);
        try (EventStore other = EventStore.open(url(), time::now, time::nanos)) {
            SchedulerOptions first = options(1).takingOnly(of -> of.id().equals("e"));
            SchedulerOptions second =
                    options(1).takingOnly(of -> of.id().equals("f")).withRetries(twice);
            Scheduler.start(store, first, launcher, time, host.machine());
            Scheduler.start(other, second, launcher, time, host.machine());
            time.run(Duration.ofMillis(200), store, other);
            long turn = lab.run("f/same/1").orElseThrow().notBeforeMillis();
            long now = time.now().toEpochMilli();
            time.run(Duration.ofMillis(turn - 150 - now), store, other);
            lab.submit(same("e"));
            time.run(Duration.ofMillis(200), store);
            assertTrue(time.runUntil(() -> ended() == 2, DAY, store, other));
        }
        assertEquals(RunState.REUSED, state("f/same/1"));
        assertEquals(List.of("f/same/1", "e/same/1"), names(launcher));
    }

    private static Experiment same(String id) {
        return new ExperimentBuilder(id, "t").arm(Samples.arm("same", "x", Map.of("k", 1))).build();
    }

    @Test
    void twinsOfARunThatIsPausedDoNotWaitForIt() {
        for (String id : List.of("e", "f")) {
            lab.submit(
                    new ExperimentBuilder(id, "t")
                            .arm(Samples.arm("same", "x", Map.of("k", 1)))
                            .build());
        }
        SimulatedLauncher launcher = SimulatedLauncher.completing(time, Duration.ofMinutes(5));
        start(2, launcher);
        time.run(Duration.ofSeconds(1), store);
        assertEquals(List.of("e/same/1"), names(launcher));
        lab.pause("e/same/1", "for a while");
        time.run(Duration.ofMinutes(1), store);
        assertEquals(RunState.PAUSED, state("e/same/1"));
        assertEquals(RunState.RUNNING, state("f/same/1"));
    }
}
