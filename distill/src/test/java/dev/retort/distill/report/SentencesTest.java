package dev.retort.distill.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.retort.distill.PairedDifference;
import dev.retort.distill.report.ReportDocument.Difference;

import org.junit.jupiter.api.Test;

import java.util.List;

class SentencesTest {
    @Test
    void better() {
        assertEquals(
                List.of(
                        "The distilled student is 2.00 points above the same student without a"
                                + " teacher (95 % interval +0.73 to +3.27 points, 2 paired seeds).",
                        "Distillation helped: the interval lies above zero.",
                        // Without spread there is no interval.
                        "The distilled student is 1.00 points below its teacher."),
                sentences(of(0.019, 0.021), of(-0.01, -0.01)));
    }

    @Test
    void worse() {
        List<String> sentences = sentences(of(-0.019, -0.021), of(0, 0));
        assertEquals(
                "The distilled student is 2.00 points below the same student without a teacher"
                        + " (95 % interval -3.27 to -0.73 points, 2 paired seeds).",
                sentences.get(0));
        assertEquals("Distillation harmed: the interval lies below zero.", sentences.get(1));
    }

    @Test
    void noDifferenceShown() {
        List<String> sentences = sentences(of(0.03, -0.01), of(0, 0));
        assertEquals(
                "The distilled student is 1.00 points above the same student without a teacher"
                        + " (95 % interval -24.41 to +26.41 points, 2 paired seeds).",
                sentences.get(0));
        assertEquals("No gain is shown: the interval contains zero.", sentences.get(1));
    }

    @Test
    void onePairAllowsNoConclusion() {
        assertEquals(
                List.of(
                        "The distilled student is 2.00 points above the same student without a"
                                + " teacher in the one seed that was run.",
                        "The distilled student is level with its teacher in that seed.",
                        "Nothing can be concluded from one seed; run more with --seeds."),
                sentences(of(0.02), of(0)));
    }

    @Test
    void levelIsWhatWouldBePrintedAsZero() {
        assertEquals(
                "The distilled student is level with its teacher in that seed.",
                sentences(of(0), of(-0.0000499)).get(1));
        assertEquals(
                "The distilled student is 0.01 points below its teacher in that seed.",
                sentences(of(0), of(-0.0000501)).get(1));
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
