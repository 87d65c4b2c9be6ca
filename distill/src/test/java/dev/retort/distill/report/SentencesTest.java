package dev.retort.distill.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.util.Objects.requireNonNull;

import dev.retort.distill.PairedDifference;
import dev.retort.distill.report.ReportDocument.Difference;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;

class SentencesTest {
    @Test
    void beats() {
        assertEquals(
                List.of(
                        "The distilled student is 2.00 points above the same student without a"
                                + " teacher (95 % interval +0.73 to +3.27 points, 2 paired seeds).",
                        "BEATS: distillation helped (paired t-test, p = 0.0318).",
                        "So many seeds show a true difference of 1.63 points with a probability of"
                                + " 0.8; to show one of 1.00 points, and a tie where there is none,"
                                + " it takes 1 more.",
                        // Without spread there is no interval.
                        "The distilled student is 1.00 points below its teacher in each of the 2 paired"
                                + " seeds."),
                sentences(of(0.019, 0.021), of(-0.01, -0.01)));
    }

    @Test
    void worse() {
        List<String> sentences = sentences(of(-0.019, -0.021), of(0, 0));
        assertEquals(
                "The distilled student is 2.00 points below the same student without a teacher"
                        + " (95 % interval -3.27 to -0.73 points, 2 paired seeds).",
                sentences.get(0));
        assertEquals("WORSE: distillation harmed (paired t-test, p = 0.0318).", sentences.get(1));
    }

    @Test
    void ties() {
        List<String> sentences = sentences(of(0.001, -0.001, 0.002, -0.002), of(0, 0));
        assertEquals(
                "TIES: no gain; the two are the same to 1.00 points (90 % interval -0.21 to +0.21).",
                sentences.get(1));
        assertEquals(
                "So many seeds show a true difference of 0.39 points with a probability of 0.8.",
                sentences.get(2));
    }

    /** The t-test at 5 % does not show it, and the interval of 90 % leaves zero out. */
    @Test
    void aTieThatLeavesZeroOutIsNoLevel() {
        double[] gains = {0.001, 0.004, 0.007, -0.001, 0.004};
        Difference gain = of(gains);
        assertTrue(requireNonNull(gain.equivalenceLow()) > 0, gain.toString());
        assertTrue(requireNonNull(gain.low()) < 0, gain.toString());
        assertEquals(
                "TIES: a gain of +0.01 to +0.59 points (90 % interval), less than the 1.00 that"
                        + " matter, and not shown at 5 % (paired t-test, p = 0.0951).",
                sentences(gain, of(0, 0)).get(1));
        Difference loss = of(Arrays.stream(gains).map(d -> -d).toArray());
        assertEquals(
                "TIES: a loss of -0.59 to -0.01 points (90 % interval), less than the 1.00 that"
                        + " matter, and not shown at 5 % (paired t-test, p = 0.0951).",
                sentences(loss, of(0, 0)).get(1));
    }

    @Test
    void inconclusive() {
        List<String> sentences = sentences(of(0.03, -0.01), of(0, 0));
        assertEquals(
                "The distilled student is 1.00 points above the same student without a teacher"
                        + " (95 % interval -24.41 to +26.41 points, 2 paired seeds).",
                sentences.get(0));
        assertEquals(
                "INCONCLUSIVE: no gain is shown (paired t-test, p = 0.7048), nor that the two are"
                        + " the same to 1.00 points (90 % interval -11.63 to +13.63).",
                sentences.get(1));
        assertTrue(
                sentences
                        .get(2)
                        .endsWith(
                                "to show one of 1.00 points, and a tie where there is none, it"
                                        + " takes 68 more."),
                sentences.get(2));
    }

    @Test
    void noSpreadAllowsNoConclusion() {
        for (double same : new double[] {0, 0.02}) {
            List<String> sentences = sentences(of(same, same), of(0.01, 0.02));
            assertEquals(
                    "The distilled student is %s the same student without a teacher in each of the 2 paired seeds."
                            .formatted(same == 0 ? "level with" : "2.00 points above"),
                    sentences.get(0));
            assertEquals(
                    "INCONCLUSIVE: the difference is the same in all 2 seeds, as a few can be by"
                            + " chance, and without a spread there is no interval to judge by; run"
                            + " more with --seeds.",
                    sentences.get(1));
            assertEquals(3, sentences.size());
        }
    }

    @Test
    void onePairAllowsNoConclusion() {
        assertEquals(
                List.of(
                        "The distilled student is 2.00 points above the same student without a"
                                + " teacher in the one seed that was run.",
                        "INCONCLUSIVE: nothing can be concluded from one seed; run more with"
                                + " --seeds.",
                        "The distilled student is level with its teacher in that seed."),
                sentences(of(0.02), of(0)));
    }

    @Test
    void levelIsWhatWouldBePrintedAsZero() {
        assertEquals(
                "The distilled student is level with its teacher in that seed.",
                sentences(of(0), of(-0.0000499)).get(2));
        assertEquals(
                "The distilled student is 0.01 points below its teacher in that seed.",
                sentences(of(0), of(-0.0000501)).get(2));
        assertEquals(
                "The distilled student is level with the same student without a teacher (95 %"
                        + " interval -12.71 to +12.71 points, 2 paired seeds).",
                sentences(of(0.01, -0.01), of(0, 0)).getFirst());
    }

    private static List<String> sentences(Difference alone, Difference teacher) {
        return Sentences.of(alone, teacher);
    }

    private static Difference of(double... differences) {
        return Difference.of(PairedDifference.of(differences));
    }
}
