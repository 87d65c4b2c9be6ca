package dev.retort.experiment.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.ExperimentBuilder;
import dev.retort.experiment.RunState;
import dev.retort.experiment.Samples;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.experiment.search.RandomSearch;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A scheduler that takes the runs of some experiments leaves all others as they are. */
final class TakingOnlyTest extends SearchSimulation {
    @Test
    void whatElseIsQueuedStaysQueued() {
        lab.submit(Samples.experiment("theirs", "vision", "no.Task", 1, 2).build());
        lab.submit(search("search", new RandomSearch(), 5, null));
        lab.submit(Samples.experiment("mine", "vision", "no.Task", 1, 2).build());
        SimulatedLauncher launcher = completing();
        Scheduler scheduler =
                start(options(4).takingOnly(RunFilter.ofExperiment("mine")::fits), launcher);
        var idle = scheduler.idle();
        assertTrue(time.runUntil(idle::isDone, DAY, store));
        // One that is submitted while it works is left too.
        lab.submit(Samples.experiment("later", "vision", "no.Task", 1).build());
        var again = scheduler.idle();
        assertTrue(time.runUntil(again::isDone, DAY, store));
        assertEquals(List.of("mine/a/1", "mine/a/2"), names(launcher).stream().sorted().toList());
        assertEquals(3, lab.runs(RunFilter.all().in(RunState.QUEUED)).size());
        assertEquals(0, lab.runs(RunFilter.ofExperiment("search")).size());
    }

    /** As with two terminals of which one is closed: the other does the work that they share. */
    @Test
    void whatAnotherSchedulerLeavesIsWaitedForNoMore() {
        for (String id : List.of("theirs", "mine")) {
            lab.submit(
                    new ExperimentBuilder(id, "vision")
                            .arm(Samples.arm("same", "no.Task", Map.of("k", 1)))
                            .build());
        }
        SimulatedTraining training = new SimulatedTraining(time, (_, _, _) -> 1, 9, _ -> true);
        SchedulerLoop theirs = taking("theirs", training);
        time.run(Duration.ofSeconds(3), store);
        SchedulerLoop mine = taking("mine", training);
        CompletableFuture<Void> idle = new CompletableFuture<>();
        time.execute(() -> mine.whenIdle(idle));
        time.run(Duration.ofSeconds(3), store);
        assertEquals(
                "run mine/same/1 is held: the same work is being done by run theirs/same/1",
                mine.why("mine/same/1"));
        CompletableFuture<Void> closed = new CompletableFuture<>();
        time.execute(() -> theirs.close(closed));
        assertTrue(time.runUntil(idle::isDone, DAY, store));
        assertTrue(closed.isDone());
        assertEquals(RunState.QUEUED, state("theirs/same/1"));
        assertNotEquals(null, lab.run("theirs/same/1").orElseThrow().checkpoint());
        assertEquals(RunState.SUCCEEDED, state("mine/same/1"));
    }

    private SchedulerLoop taking(String experiment, Launcher launcher) {
        SchedulerOptions options = options(1).takingOnly(RunFilter.ofExperiment(experiment)::fits);
        SchedulerLoop loop = new SchedulerLoop(store, options, launcher, time, host.machine());
        loop.begin();
        return loop;
    }
}
