package dev.retort.planning.next;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.Arm;
import dev.retort.experiment.RunState;
import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.experiment.schedule.Capacity;
import dev.retort.experiment.schedule.Scheduler;
import dev.retort.experiment.schedule.SchedulerOptions;
import dev.retort.experiment.store.EventStore;
import dev.retort.planning.LossUnit;
import dev.retort.planning.PlanningException;
import dev.retort.planning.fit.LossPoint;
import dev.retort.planning.next.PlanLoop.End;
import dev.retort.planning.next.PlanLoop.Round;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

class ScheduledRunsTest {
    private static final Arm TEMPLATE =
            new Arm("template", LawTask.class.getName(), Map.of("kind", "law"), "1", "none");

    @TempDir private Path folder;
    private EventStore store;
    private Lab lab;

    @BeforeEach
    void open() {
        store = EventStore.open(folder);
        lab = new Lab(store, "test");
    }

    @AfterEach
    void close() {
        store.close();
    }

    private ScheduledRuns executor() {
        return new ScheduledRuns(lab, "law", "planning", TEMPLATE, StoreRuns.USUAL, this::work);
    }

    private void work() {
        SchedulerOptions options =
                SchedulerOptions.standard(folder, Capacity.ofThisMachine())
                        .withExecution(new SchedulerOptions.InProcess());
        try (Scheduler scheduler = Scheduler.start(store, options)) {
            scheduler.idle().join();
        }
    }

    @Test
    void theSchedulerMakesTheRunsUntilTheDecisionCanBeMade() {
        Decision decision = new Decision(3e10, 6e11, 0.1);
        PlanLoop loop =
                new PlanLoop(decision, SimulatedRuns.candidates(7), SimulatedRuns.OPTIONS, 1e24, 4);
        Round last = loop.run(List.of(), executor(), _ -> {});
        assertEquals(End.TIGHT_ENOUGH, last.end().orElseThrow());
        List<LossPoint> kept = StoreRuns.USUAL.points(lab, RunFilter.all());
        assertEquals(kept.size(), last.runs().size());
        // What is in the store is enough for another planner, who asks for nothing.
        Round again = loop.plan(kept, 0);
        assertEquals(End.TIGHT_ENOUGH, again.end().orElseThrow());
    }

    @Test
    void aRunThatFailsIsNotAskedForAgain() {
        List<Candidate> runs = List.of(new Candidate(1e8, 2e9), new Candidate(1e9, 2e9));
        List<LossPoint> made = executor().make(runs);
        assertEquals(1, made.size());
        assertEquals(1e8, made.getFirst().parameters());
        assertEquals(1, lab.runs(RunFilter.all().in(RunState.INFEASIBLE)).size());
        // Made again, nothing is submitted or run anew.
        assertEquals(made, executor().make(runs));
        assertEquals(2, lab.runs(RunFilter.all()).size());
        PlanLoop loop =
                new PlanLoop(
                        new Decision(3e10, 6e11, 1e-6),
                        SimulatedRuns.candidates(4),
                        SimulatedRuns.OPTIONS,
                        1e30,
                        8);
        Round last = loop.run(List.of(), executor(), _ -> {});
        assertTrue(last.runs().stream().allMatch(run -> run.parameters() < LawTask.TOO_LARGE));
        assertEquals(12, last.runs().size());
        assertEquals(End.NO_CANDIDATE_LEFT, last.end().orElseThrow());
    }

    @Test
    void aRunWithoutALossIsNamed() {
        executor().make(List.of(new Candidate(1e8, 2e9)));
        StoreRuns other = new StoreRuns("params", "tokens", "bits", LossUnit.BITS);
        PlanningException error =
                assertThrows(PlanningException.class, () -> other.points(lab, RunFilter.all()));
        assertTrue(
                error.getMessage()
                        .matches(
                                "expected a number bits of run law-.*/1, found the results \\[loss\\]"
                                        + " and the parameters \\[\\]"),
                error.getMessage());
    }
}
