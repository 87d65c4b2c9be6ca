package dev.retort.experiment.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.AnalysisPlan;
import dev.retort.experiment.Samples;
import dev.retort.experiment.VerdictReference;
import dev.retort.experiment.verdict.GroupSequential;
import dev.retort.experiment.verdict.Verdict;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

/** Hypotheses are judged by what runs found, seed by seed. */
class VerdictsTest extends MeasuredLab {
    @Test
    void seedsAreAddedUntilTheClaimIsConfirmed() {
        submit(0.05, 1, 2);
        work();
        Verdict first = verdict();
        assertEquals("INCONCLUSIVE", first.outcome().name());
        assertEquals(7, first.nextLook().orElseThrow());
        assertTrue(lab.verdicts("h").isEmpty());
        for (long seed = 3; seed <= 7; seed++) {
            lab.addSeed("e", seed);
        }
        work();
        Verdict last = verdict();
        assertEquals("CONFIRMED", last.outcome().name());
        assertEquals(0.052, last.effect(), 1e-12);
        VerdictReference recorded = lab.verdicts("h").getLast();
        assertEquals("CONFIRMED", recorded.outcome().name());
        assertEquals(last.effect(), recorded.effect());
        assertEquals(DESIGN.algorithm(), recorded.analysis());
        assertEquals(14, recorded.runs().size());
        assertEquals(List.of("e/with/1", "e/without/1"), recorded.runs().subList(0, 2));
    }

    @Test
    void whatDoesNotHelpIsRefuted() {
        submit(-0.05, Samples.seeds(7));
        work();
        assertEquals("REFUTED", verdict().outcome().name());
    }

    @Test
    void onlySeedsUpToTheFirstThatIsNotDoneCount() {
        submit(0.05, 1, 2, 3);
        lab.pause("e/without/2", "later");
        work();
        assertEquals(1, verdicts.judge("e").getFirst().seeds());
    }

    @Test
    void aRunWithoutAResultIsNotLeftOut() {
        lab.register(Samples.hypothesis("h").decidedBy(PLAN));
        lab.submit(
                experiment("e", 1)
                        .hypothesis("h")
                        .arm(arm("with", Map.of("infeasible", true)))
                        .arm(arm("without", Map.of("gain", 0.0)))
                        .build());
        work();
        assertRefused(
                "run e/with/1 ended as INFEASIBLE with no result: expected one for accuracy, and"
                        + " to leave its seed out would bias the verdict");
    }

    @Test
    void whatCannotBeJudgedIsSaid() {
        assertRefused("experiment e does not exist");
        lab.submit(experiment("e", 1).arm(arm("with", Map.of("gain", 0.1))).build());
        assertRefused("experiment e decides no hypothesis: expected one to be registered with it");
    }

    @Test
    void nothingIsJudgedBeforeTheFirstPairHasEnded() {
        submit(0.05, 1);
        assertRefused(
                "experiment e cannot be judged: expected a seed whose runs with and without have"
                        + " both ended, found none");
    }

    /** With more seeds than can be enumerated, by random sign vectors, which is exact too. */
    @Test
    void moreSeedsThanTheUsualAreDecidedIfTheyWereRegistered() {
        GroupSequential longer = GroupSequential.upTo(24);
        lab.register(
                Samples.hypothesis("h").decidedBy(new AnalysisPlan("with", "without", longer)));
        lab.submit(
                experiment("e", Samples.seeds(24))
                        .hypothesis("h")
                        .arm(arm("with", Map.of("gain", 0.05)))
                        .arm(arm("without", Map.of("gain", 0.0)))
                        .build());
        work();
        Finding found = finding();
        assertEquals("CONFIRMED", found.outcome().orElseThrow().name());
        assertTrue(found.verdict().orElseThrow().decidedAt().orElseThrow() > 7);
        assertEquals(new Replayed(1, List.of()), VerdictReplay.of(store));
    }
}
