package dev.retort.experiment.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.Arm;
import dev.retort.experiment.CauseOfEnd;
import dev.retort.experiment.Experiment;
import dev.retort.experiment.ExperimentBuilder;
import dev.retort.experiment.RunState;
import dev.retort.experiment.Samples;
import dev.retort.experiment.worker.AttemptResult;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Map;

/** Runs that go on from what others saved, and runs that are done again to compare. */
final class ForkTest extends Simulation {
    private static final int MOST = 8;

    private SimulatedTraining training(double loss) {
        return new SimulatedTraining(time, (_, _, _) -> loss, MOST, _ -> true);
    }

    private static ExperimentBuilder forking(String id) {
        Arm base = Samples.arm("base", "x", Map.of("k", 1));
        return new ExperimentBuilder(id, "t")
                .arm(Samples.arm("child", "x", Map.of("k", 2)).forkedFrom("base", 5))
                .arm(base)
                .seeds(1);
    }

    private void untilEnded(Experiment experiment, Launcher launcher, int ended) {
        lab.submit(experiment);
        Scheduler scheduler = Scheduler.start(store, options(4), launcher, time, host.machine());
        assertTrue(time.runUntil(() -> ended() == ended, DAY, store));
        closeWhileTimePasses(scheduler);
    }

    @Test
    void aForkWhoseSourceCannotBeReadBeginsAtItsBeginning() {
        SimulatedTraining training = training(0.5);
        Launcher unreadable =
                (assignment, listener) -> {
                    if (assignment.checkpoint() == null) {
                        return training.launch(assignment, listener);
                    }
                    AttemptResult gone =
                            AttemptResult.of(CauseOfEnd.CHECKPOINT_UNUSABLE, "it is missing");
                    time.after(Duration.ofSeconds(1), () -> listener.ended(gone));
                    return new Launcher.Launched() {
                        @Override
                        public void stop() {}

                        @Override
                        public void kill() {}
                    };
                };
        untilEnded(forking("e").build(), unreadable, 2);
        assertEquals(RunState.SUCCEEDED, state("e/child/1"));
        assertEquals(3, lab.run("e/child/1").orElseThrow().attempts().size());
        assertEquals(2L * MOST, training.epochs);
    }

    @Test
    void whatIsDoneAgainToCompareBeginsAtItsBeginningAndIsCompared() {
        untilEnded(forking("e").build(), training(0.5), 2);
        SimulatedTraining same = training(0.5);
        untilEnded(forking("f").rerunShare(1).build(), same, 4);
        assertEquals(2L * MOST, same.epochs);
        assertEquals(2, decisions("RERUN"));
        assertEquals(
                "it completed, and agrees with run e/child/1",
                lab.run("f/child/1").orElseThrow().reason());
        untilEnded(forking("g").rerunShare(1).build(), training(0.25), 6);
        assertEquals(
                "it completed, and differs from run f/base/1: expected {loss=0.5}, found"
                        + " {loss=0.25}",
                lab.run("g/base/1").orElseThrow().reason());
    }
}
