package dev.retort.experiment.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.RunState;
import dev.retort.experiment.Samples;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.experiment.search.RandomSearch;

import org.junit.jupiter.api.Test;

import java.util.List;

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
}
