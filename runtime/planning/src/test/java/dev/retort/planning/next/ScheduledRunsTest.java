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
import dev.retort.planning.fit.ParametricFit;
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

    private int failed() {
        return lab.runs(RunFilter.all().in(RunState.INFEASIBLE)).size();
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
    void aLoopThatWasKilledGoesOnWithItsBudget() {
        Decision exact = new Decision(3e10, 6e11, 1e-6);
        List<Candidate> all = SimulatedRuns.candidates(4);
        double budget = 0.3 * all.stream().mapToDouble(c -> c.flops(SimulatedRuns.COUNTED)).sum();
        PlanLoop loop = new PlanLoop(exact, all, SimulatedRuns.OPTIONS, budget, 2);
        int[] rounds = {0};
        assertThrows(
                IllegalStateException.class,
                () ->
                        loop.run(
                                List.of(),
                                new ScheduledRuns(
                                        lab,
                                        "law",
                                        "planning",
                                        TEMPLATE,
                                        StoreRuns.USUAL,
                                        () -> {
                                            if (rounds[0]++ == 1) {
                                                throw new IllegalStateException("killed");
                                            }
                                            work();
                                        }),
                                _ -> {}));
        assertEquals(2, lab.runs(RunFilter.all().in(RunState.QUEUED)).size());
        int before = lab.runs(RunFilter.all()).size();
        List<LossPoint> known = executor().known();
        assertEquals(before - failed(), known.size());
        Round last = loop.run(known, executor(), _ -> {});
        assertEquals(End.BUDGET_SPENT, last.end().orElseThrow());
        List<Candidate> asked = executor().asked();
        double spent = asked.stream().mapToDouble(c -> c.flops(SimulatedRuns.COUNTED)).sum();
        assertTrue(spent <= budget, spent + " of " + budget);
        assertEquals(spent, last.spent(), 1e-6 * spent);
        // One that failed is paid too.
        assertTrue(failed() > 0);
        assertEquals(asked.size() - failed(), last.runs().size());
    }

    @Test
    void aResultThatWasTakenFromAnEqualRunCountsOnce() {
        List<Candidate> runs = SimulatedRuns.candidates(4);
        List<LossPoint> made = executor().make(runs);
        ScheduledRuns other =
                new ScheduledRuns(lab, "other", "planning", TEMPLATE, StoreRuns.USUAL, this::work);
        assertEquals(made, other.make(runs));
        assertEquals(12, lab.runs(RunFilter.all().in(RunState.REUSED)).size());
        List<LossPoint> all = StoreRuns.USUAL.points(lab, RunFilter.all());
        assertEquals(made, all);
        assertEquals(12, ParametricFit.of(all, SimulatedRuns.OPTIONS).points().size());
    }

    @Test
    void runsOfOtherCodeAreNotKnown() {
        executor().make(List.of(new Candidate(1e8, 2e9)));
        Arm newer = new Arm("template", TEMPLATE.task(), TEMPLATE.config(), "2", "none");
        ScheduledRuns other =
                new ScheduledRuns(lab, "law", "planning", newer, StoreRuns.USUAL, this::work);
        assertEquals(List.of(), other.known());
        assertEquals(List.of(), other.asked());
        assertEquals(1, other.make(List.of(new Candidate(1e8, 2e9))).size());
        assertEquals(1, executor().known().size());
    }

    /** Of the task's parameters here; results are read by the same names. */
    @Test
    void schedulesAndFlopsAreReadWhereARunHasThem() {
        Arm counted =
                new Arm(
                        "template",
                        TEMPLATE.task(),
                        Map.of("kind", "law", StoreRuns.SCHEDULE, 3e9, StoreRuns.FLOPS, 1.3e18),
                        "1",
                        "none");
        List<Candidate> runs = List.of(new Candidate(1e8, 2e9));
        executor().make(runs);
        new ScheduledRuns(lab, "counted", "planning", counted, StoreRuns.USUAL, this::work)
                .make(runs);
        List<LossPoint> points = StoreRuns.USUAL.points(lab, RunFilter.all());
        assertTrue(points.getFirst().flops().isEmpty());
        assertTrue(points.getFirst().scheduleTokens().isEmpty());
        assertEquals(1.3e18, points.getLast().flops().orElseThrow());
        assertEquals(3e9, points.getLast().scheduleTokens().orElseThrow());
    }

    @Test
    void runsDoNotShareASeed() {
        executor().make(SimulatedRuns.candidates(3));
        assertEquals(
                9,
                lab.runs(RunFilter.all()).stream()
                        .map(view -> view.run().seed())
                        .distinct()
                        .count());
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
                                "expected a number bits of run law-.*, found the results \\[loss\\]"
                                        + " and the parameters \\[\\]"),
                error.getMessage());
    }

    @Test
    void aRunWithANumberThatCannotBeIsNamed() {
        Arm wrong =
                new Arm(
                        "template",
                        TEMPLATE.task(),
                        Map.of("kind", "law", StoreRuns.FLOPS, -1),
                        "1",
                        "none");
        List<Candidate> runs = List.of(new Candidate(1e8, 2e9));
        ScheduledRuns executor =
                new ScheduledRuns(lab, "wrong", "planning", wrong, StoreRuns.USUAL, this::work);
        PlanningException error = assertThrows(PlanningException.class, () -> executor.make(runs));
        assertTrue(
                error.getMessage()
                        .matches(
                                "run wrong-.*: expected a positive, finite number of FLOPs, found"
                                        + " -1.0"),
                error.getMessage());
    }
}
