package dev.retort.experiment.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.Direction;
import dev.retort.experiment.ExperimentBuilder;
import dev.retort.experiment.SearchPlan;
import dev.retort.experiment.search.GridSearch;
import dev.retort.experiment.search.Parameter;
import dev.retort.experiment.search.SearchSpace;

import org.junit.jupiter.api.Test;

import java.util.Map;

/** The winner of a search is run again. */
class ConfirmationTest extends MeasuredLab {
    /** The best of eight trials is run again with other seeds, and decided by those alone. */
    @Test
    void theWinnerOfASearchIsConfirmedWithFreshSeeds() {
        lab.submit(
                new ExperimentBuilder("s", "vision")
                        .user("ada")
                        .search(
                                new SearchPlan(
                                        "accuracy",
                                        Direction.HIGHER_IS_BETTER,
                                        SearchSpace.of(
                                                new Parameter.Continuous(
                                                        "gain", 0, 0.07, Parameter.Scale.LINEAR)),
                                        new GridSearch(8),
                                        1,
                                        8,
                                        4,
                                        null,
                                        arm("trial", Map.of())))
                        .build());
        work();
        Confirmation confirmation = Confirmation.of(lab, "s", "trial-0", 0.01, 0.05, "s-winner");
        assertEquals("trial-7", confirmation.selection().winner());
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
        assertThrows(
                IllegalArgumentException.class,
                () -> Confirmation.of(lab, "s", "trial-99", 0.01, 0.05, "s-winner"));
    }
}
