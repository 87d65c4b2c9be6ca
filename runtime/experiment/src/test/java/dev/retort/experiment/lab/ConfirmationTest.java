package dev.retort.experiment.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.Direction;
import dev.retort.experiment.ExperimentBuilder;
import dev.retort.experiment.RunState;
import dev.retort.experiment.SearchPlan;
import dev.retort.experiment.search.GridSearch;
import dev.retort.experiment.search.Parameter;
import dev.retort.experiment.search.SearchSpace;
import dev.retort.experiment.state.RunView;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

/** The winner of a search is run again. */
class ConfirmationTest extends MeasuredLab {
    private static final Parameter GAIN =
            new Parameter.Continuous("gain", 0, 0.07, Parameter.Scale.LINEAR);
    private static final List<Boolean> BOTH = List.of(true, false);

    /** The best of eight trials is run again with other seeds, and decided by those alone. */
    @Test
    void theWinnerOfASearchIsConfirmedWithFreshSeeds() {
        search(SearchSpace.of(GAIN), 8);
        Confirmation confirmation = Confirmation.of(lab, "s", "trial-0", 0.01, 0.05, "s-winner");
        assertEquals("trial-7", confirmation.selection().winner());
        assertEquals(
                "trial-7, the best of 8 trials of s, beats trial-0.",
                confirmation.hypothesis().statement());
        assertEquals(7, confirmation.experiment().seeds().size());
        assertFalse(confirmation.experiment().seeds().contains(1L));
        assertEquals(confirmation, Confirmation.of(lab, "s", "trial-0", 0.01, 0.05, "s-winner"));
        Confirmation other = Confirmation.of(lab, "s", "trial-0", 0.02, 0.05, "closer");
        assertEquals("closer", other.hypothesis().id());
        assertEquals("closer-1", other.experiment().id());
        lab.register(confirmation.hypothesis());
        lab.submit(confirmation.experiment());
        work();
        Finding finding = verdicts.record("s-winner-1").getFirst();
        assertEquals("CONFIRMED", finding.outcome().orElseThrow().name());
        assertTrue(
                lab.verdicts("s-winner").getLast().runs().stream()
                        .allMatch(run -> run.startsWith("s-winner-1/")));
    }

    /** Nothing is registered that cannot be meant, and trials without a score count as well. */
    @Test
    void theControlHasAScoreThatIsNotTheBest() {
        search(SearchSpace.of(GAIN, new Parameter.Categorical("infeasible", BOTH)), 4);
        List<RunView> all = lab.runs(RunFilter.ofExperiment("s"));
        List<String> scored =
                all.stream()
                        .filter(view -> view.state() == RunState.SUCCEEDED)
                        .map(view -> view.run().arm())
                        .toList();
        assertEquals(4, scored.size());
        String best = scored.getLast();
        assertEquals(
                best
                        + ", the best of 8 trials of s, 4 of which finished, beats "
                        + scored.getFirst()
                        + ".",
                of(scored.getFirst()).hypothesis().statement());
        assertRefused(best + " is the best trial itself: expected another as control", best);
        String expected =
                "expected a trial of s with a final score as control, one of "
                        + scored
                        + ", found ";
        assertRefused(expected + "trial-99, which does not exist", "trial-99");
        String without =
                all.stream()
                        .map(view -> view.run().arm())
                        .filter(arm -> !scored.contains(arm))
                        .findFirst()
                        .orElseThrow();
        assertRefused(expected + without + ", which is INFEASIBLE and has none", without);
    }

    private void search(SearchSpace space, int points) {
        lab.submit(
                new ExperimentBuilder("s", "vision")
                        .user("ada")
                        .search(
                                new SearchPlan(
                                        "accuracy",
                                        Direction.HIGHER_IS_BETTER,
                                        space,
                                        new GridSearch(points),
                                        1,
                                        8,
                                        4,
                                        null,
                                        arm("trial", Map.of())))
                        .build());
        work();
    }

    private Confirmation of(String control) {
        return Confirmation.of(lab, "s", control, 0.01, 0.05, "s-winner");
    }

    private void assertRefused(String message, String control) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> of(control)).getMessage());
    }
}
