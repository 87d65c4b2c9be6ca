package dev.retort.experiment.search;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** What another rule would have made of a search. */
class StoppingWhatIfTest {
    /** Nine trials that were trained to their end, the first the best at all times. */
    private static List<Report> reports() {
        List<Report> reports = new ArrayList<>();
        for (int trial = 0; trial < 9; trial++) {
            for (int epochs = 1; epochs <= 9; epochs++) {
                reports.add(new Report(trial, epochs, trial));
            }
        }
        return reports;
    }

    /** Six trials end at the first rung, two at the second, and one is promoted to the last. */
    @Test
    void promotionIsReplayedAsPromotion() {
        AshaPromotion rule = new AshaPromotion(new Rungs(1, 9, 3));
        assertEquals(
                new StoppingWhatIf(6 + 2 * 3 + 9, 81, 8, true),
                StoppingWhatIf.of(reports(), rule, 1));
    }

    @Test
    void aStricterFactorPromotesFewer() {
        AshaPromotion strict = new AshaPromotion(new Rungs(1, 9, 9));
        assertEquals(
                new StoppingWhatIf(8 + 9, 81, 8, true), StoppingWhatIf.of(reports(), strict, 1));
    }
}
