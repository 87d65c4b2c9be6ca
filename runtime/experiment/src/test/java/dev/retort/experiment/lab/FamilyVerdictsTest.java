package dev.retort.experiment.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.AnalysisPlan;
import dev.retort.experiment.ExperimentBuilder;
import dev.retort.experiment.Hypothesis;
import dev.retort.experiment.HypothesisFamily;
import dev.retort.experiment.Samples;
import dev.retort.experiment.VerdictReference;
import dev.retort.experiment.state.RefusedException;
import dev.retort.experiment.verdict.Family;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Hypotheses that are registered together are corrected for their number. */
class FamilyVerdictsTest extends MeasuredLab {
    /** Of two arms that do nothing much, a family confirms less than each would by itself. */
    @Test
    void aFamilyIsCorrectedAndDecidedTogether() {
        HypothesisFamily family =
                new HypothesisFamily(
                        "f", Family.Correction.HOLM, 0.05, List.of("good", "none", "bad"));
        List<Hypothesis> members = new ArrayList<>();
        for (String arm : family.members()) {
            members.add(
                    Samples.hypothesis(arm)
                            .decidedBy(new AnalysisPlan(arm, "without", DESIGN, family)));
        }
        lab.register(members);
        ExperimentBuilder experiment =
                experiment("e", Samples.seeds(14))
                        .arm(arm("good", Map.of("gain", 0.05)))
                        .arm(arm("none", Map.of("gain", 0.005)))
                        .arm(arm("bad", Map.of("gain", -0.05)))
                        .arm(arm("without", Map.of("gain", 0.0)));
        assertEquals(
                "experiment e decides [good]: expected all that are corrected together, [good,"
                        + " none, bad]",
                refusal(experiment.hypothesis("good")));
        lab.submit(experiment.hypothesis("good").alsoDecides("none", "bad").build());
        work();
        List<Finding> findings = verdicts.record("e");
        assertEquals(
                List.of("CONFIRMED", "REFUTED", "REFUTED"),
                findings.stream().map(f -> f.outcome().orElseThrow().name()).toList());
        Finding good = findings.getFirst();
        assertEquals(0.05 / 3, good.verdict().orElseThrow().claim().alpha());
        double adjusted = Objects.requireNonNull(good.adjusted());
        double alone = good.verdict().orElseThrow().favourable().pValue();
        assertEquals(3 * alone, adjusted, 1e-12);
        VerdictReference recorded = lab.verdicts("good").getLast();
        assertEquals(adjusted, Objects.requireNonNull(recorded.basis()).adjusted());
        assertTrue(recorded.summary().contains("corrected by HOLM"), recorded.summary());
        assertEquals(new Replayed(3, List.of()), VerdictReplay.of(store));
    }

    @Test
    void aFamilyIsRegisteredAsAWhole() {
        HypothesisFamily family =
                new HypothesisFamily("f", Family.Correction.HOLM, 0.05, List.of("a", "b"));
        AnalysisPlan plan = new AnalysisPlan("with", "without", DESIGN, family);
        lab.register(Samples.hypothesis("b").decidedBy(PLAN));
        RefusedException refused =
                assertThrows(
                        RefusedException.class,
                        () -> lab.register(Samples.hypothesis("a").decidedBy(plan)));
        assertEquals(
                "hypothesis a names b as one of its family, which was registered with another or"
                        + " none",
                refused.getMessage());
        assertThrows(IllegalArgumentException.class, () -> Samples.hypothesis("c").decidedBy(plan));
    }
}
