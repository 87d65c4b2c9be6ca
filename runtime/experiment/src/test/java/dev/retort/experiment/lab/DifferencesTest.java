package dev.retort.experiment.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.retort.experiment.Budget;
import dev.retort.experiment.Experiment;
import dev.retort.experiment.ExperimentBuilder;
import dev.retort.experiment.Samples;

import org.junit.jupiter.api.Test;

import java.util.Map;

/** Whoever submits something else under the same name is told what. */
class DifferencesTest {
    private static ExperimentBuilder builder(double rate) {
        return new ExperimentBuilder("e", "t")
                .user("ada")
                .arm(Samples.arm("a", "x", Map.of("rate", rate)))
                .seeds(1, 2);
    }

    private static final Experiment BEFORE = builder(0.1).build();

    @Test
    void theFieldIsNamedWithBothValues() {
        assertEquals(
                "arms[0].config.rate was 0.1 and is 0.5",
                Differences.between(BEFORE, builder(0.5).build()));
        assertEquals(
                "user was \"ada\" and is \"bob\"",
                Differences.between(BEFORE, builder(0.1).user("bob").build()));
        assertEquals(
                "seeds was [1,2] and is [3]",
                Differences.between(BEFORE, builder(0.1).seeds(3).build()));
    }

    @Test
    void whatOneOfThemHasNotIsMissing() {
        Experiment limited = builder(0.1).budget(Budget.ofDeviceHours(2)).build();
        assertEquals(
                "budget.deviceHours was missing and is 2.0", Differences.between(BEFORE, limited));
        assertEquals(
                "budget.deviceHours was 2.0 and is missing", Differences.between(limited, BEFORE));
    }

    @Test
    void ofManyTheFirstAreNamed() {
        Experiment other =
                builder(0.5).seeds(3).user("bob").priority(1).tag("of", "a".repeat(100)).build();
        assertEquals(
                "arms[0].config.rate was 0.1 and is 0.5, priority was 0 and is 1, seeds was [1,2]"
                        + " and is [3] and 2 more",
                Differences.between(BEFORE, other));
        assertEquals(
                "tags.of was missing and is \"" + "a".repeat(58) + "…",
                Differences.between(BEFORE, builder(0.1).tag("of", "a".repeat(100)).build()));
    }
}
