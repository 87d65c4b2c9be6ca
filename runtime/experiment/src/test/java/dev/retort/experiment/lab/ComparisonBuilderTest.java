package dev.retort.experiment.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.retort.experiment.Arm;
import dev.retort.experiment.Resources;
import dev.retort.experiment.Samples;
import dev.retort.experiment.schedule.Capacity;
import dev.retort.experiment.schedule.SchedulerOptions;
import dev.retort.experiment.schedule.SchedulerOptions.InProcess;
import dev.retort.experiment.task.CodeVersion;
import dev.retort.experiment.verdict.Claim;
import dev.retort.experiment.verdict.Outcome;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

/** One claim about two configurations of a task is said in a few lines, and decided in one. */
class ComparisonBuilderTest extends MeasuredLab {
    @Test
    void itIsWhatAFileWithTheSameFieldsIs() {
        String task = Measuring.class.getName();
        Submission file =
                Submission.parse(
                        """
                        {"hypothesis": {"id": "gains", "team": "vision", "statement": "It gains.",
                            "metric": "accuracy", "direction": "HIGHER_IS_BETTER",
                            "smallestEffect": 0.01, "alpha": 0.05},
                         "experiment": {"id": "gains", "team": "vision",
                            "seeds": [1, 2, 3, 4, 5, 6, 7], "resources": {"cores": 2, "devices": 0},
                            "arms": [
                              {"name": "with", "task": "TASK", "data": "d",
                               "config": {"gain": 0.05, "shared": "s"}},
                              {"name": "without", "task": "TASK", "data": "d",
                               "config": {"gain": 0.0, "shared": "s"}}]}}
                        """
                                .replace("TASK", task));
        assertEquals(file, comparison().resources(Resources.ofCores(2)).build());
    }

    @Test
    void itIsRegisteredRunAndDecidedAndThenOnlySaidAgain() throws InterruptedException {
        Submission comparison = comparison().build();
        Arm with = comparison.experiment().arms().getFirst();
        assertEquals(CodeVersion.of(Measuring.class.getName()), with.code());
        Decider decider = decider();
        Finding finding = decider.decide(comparison).getFirst();
        assertEquals(Outcome.CONFIRMED, finding.outcome().orElseThrow());
        assertEquals(7, finding.seeds());
        assertEquals(List.of(finding), decider.decide(comparison));
        assertEquals(14, lab.runs(RunFilter.all()).size());
        assertEquals(1, lab.verdicts("gains").size());
    }

    @Test
    void anExperimentWithoutASeedIsGivenTheFewestThatDecide() throws InterruptedException {
        lab.register(Samples.hypothesis("h").decidedBy(PLAN));
        lab.submit(
                experiment("e")
                        .hypothesis("h")
                        .arm(arm("with", Map.of("gain", 0.05)))
                        .arm(arm("without", Map.of("gain", 0.0)))
                        .build());
        assertEquals(0, lab.runs(RunFilter.all()).size());
        Finding finding = decider().decide("e").getFirst();
        assertEquals(Outcome.CONFIRMED, finding.outcome().orElseThrow());
        assertEquals(7, finding.seeds());
    }

    private Decider decider() {
        return new Decider(
                lab,
                store,
                SchedulerOptions.standard(folder, Capacity.ofThisMachine())
                        .withExecution(new InProcess()));
    }

    @Test
    void whatIsMissingIsSaid() {
        assertMessage(
                "comparison c: expected a claim, a treatment and a control, found no claim, a and no"
                        + " control",
                new ComparisonBuilder("c", "t", Measuring.class, "d").treatment("a", Map.of()));
        assertMessage(
                "arm without: expected parameters that not both arms have, found shared",
                comparison().control("without", Map.of("shared", "s")));
    }

    private static void assertMessage(String expected, ComparisonBuilder builder) {
        assertEquals(
                expected,
                assertThrows(IllegalArgumentException.class, builder::build).getMessage());
    }

    private static ComparisonBuilder comparison() {
        return new ComparisonBuilder("gains", "vision", Measuring.class, "d")
                .claim("It gains.", Claim.increases("accuracy", 0.01))
                .config(Map.of("shared", "s"))
                .treatment("with", Map.of("gain", 0.05))
                .control("without", Map.of("gain", 0.0));
    }
}
