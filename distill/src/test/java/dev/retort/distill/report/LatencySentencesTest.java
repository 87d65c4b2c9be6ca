package dev.retort.distill.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.distill.InferenceLatency;
import dev.retort.distill.ModelCost;
import dev.retort.distill.StudyResult;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

class LatencySentencesTest {
    private static InferenceLatency latency(int batch, int micros) {
        Duration time = Duration.ofNanos(1000L * micros);
        return new InferenceLatency(batch, time, time, time, time, 9);
    }

    /** A report whose teacher took so long for one sample, and for 32. */
    private static ReportDocument report(int one, int many) {
        StudyResult plain = Studies.result("digits", "made up", 2, Studies.NO_ENERGY);
        ModelCost cost = plain.teacherCost();
        ModelCost timed =
                new ModelCost(
                        cost.network(),
                        cost.parameters(),
                        cost.bytes(),
                        cost.flops(),
                        cost.joules(),
                        List.of(latency(1, one), latency(32, many)));
        return Reports.of(
                new StudyResult(
                        plain.task(),
                        plain.seeds(),
                        timed,
                        plain.studentCost(),
                        plain.samplerCost(),
                        plain.margin(),
                        plain.prices()),
                Studies.CREATED);
    }

    @Test
    void aLargerBatchThatTakesLessTimeWasNotTimedAlone() {
        ReportDocument report = report(90, 20);
        String note = LatencySentences.disturbed(report).orElseThrow();
        assertEquals(
                "Disturbed: a larger batch took less time than a smaller one (p50 of teacher,"
                        + " 90.0 µs for 1 and 20.0 µs for 32), so something else was at work while"
                        + " they were timed, and the times of a forward pass do not compare.",
                note);
        assertTrue(HtmlReport.render(report).contains(note));
    }

    /** Such as on a device where both are the time of the launch. */
    @Test
    void timesThatAreAsGoodAsTheSameAreNoSign() {
        assertEquals(Optional.empty(), LatencySentences.disturbed(report(20, 90)));
        assertEquals(Optional.empty(), LatencySentences.disturbed(report(100, 91)));
        assertTrue(LatencySentences.disturbed(report(100, 89)).isPresent());
    }
}
