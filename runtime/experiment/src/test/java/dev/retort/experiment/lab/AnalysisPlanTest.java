package dev.retort.experiment.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.AnalysisPlan;
import dev.retort.experiment.Hypothesis;
import dev.retort.experiment.Samples;
import dev.retort.experiment.state.RefusedException;
import dev.retort.experiment.verdict.GroupSequential;

import org.junit.jupiter.api.Test;

import java.util.Map;
import java.util.Set;

/** How a hypothesis is decided is registered with it, and cannot be chosen later. */
class AnalysisPlanTest extends MeasuredLab {
    @Test
    void whatWasNotRegisteredCannotBeChosenLater() {
        lab.register(Samples.hypothesis("h"));
        lab.submit(
                experiment("e", 1)
                        .hypothesis("h")
                        .arm(arm("with", Map.of("gain", 0.1)))
                        .arm(arm("without", Map.of("gain", 0.0)))
                        .build());
        work();
        assertRefused(
                "hypothesis h was registered without its treatment, control and stop rule, and"
                        + " they cannot be chosen after runs have started: register another with"
                        + " them");
        assertThrows(
                RefusedException.class,
                () -> lab.register(Samples.hypothesis("h").decidedBy(PLAN)));
    }

    @Test
    void thePlanIsPartOfTheHash() {
        Hypothesis first = Samples.hypothesis("h").decidedBy(PLAN);
        Hypothesis swapped =
                Samples.hypothesis("h")
                        .decidedBy(new AnalysisPlan("without", "with", PLAN.design()));
        Hypothesis longer =
                Samples.hypothesis("h")
                        .decidedBy(new AnalysisPlan("with", "without", GroupSequential.upTo(15)));
        assertEquals(
                4,
                Set.of(first.hash(), swapped.hash(), longer.hash(), Samples.hypothesis("h").hash())
                        .size());
    }

    @Test
    void anExperimentThatThePlanDoesNotFitIsRefused() {
        lab.register(Samples.hypothesis("h").decidedBy(PLAN));
        assertEquals(
                "experiment e has the arms [with, other]: expected with and without, by which"
                        + " hypothesis h is registered to be decided",
                refusal(
                        experiment("e", 1)
                                .hypothesis("h")
                                .arm(arm("with", Map.of("gain", 0.1)))
                                .arm(arm("other", Map.of("gain", 0.0)))));
        assertEquals(
                "experiment e has 15 seeds: expected at most 14, with which hypothesis h is"
                        + " registered to be decided",
                refusal(
                        experiment("e", Samples.seeds(15))
                                .hypothesis("h")
                                .arm(arm("with", Map.of("gain", 0.1)))
                                .arm(arm("without", Map.of("gain", 0.0)))));
        IllegalArgumentException tooFew =
                assertThrows(
                        IllegalArgumentException.class,
                        () ->
                                lab.register(
                                        Samples.hypothesis("few")
                                                .decidedBy(
                                                        new AnalysisPlan(
                                                                "with",
                                                                "without",
                                                                GroupSequential.upTo(4)))));
        assertTrue(String.valueOf(tooFew.getMessage()).contains("supports alpha"));
    }
}
