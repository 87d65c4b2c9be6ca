package dev.retort.distill.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.util.Objects.requireNonNull;

import dev.retort.device.Reading;
import dev.retort.distill.Prices;
import dev.retort.distill.StudyResult;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** What is said of trainings that several processes worked on. */
class ResumedStudyTest {
    private static final Reading JOULES = Reading.now(12, "RAPL");
    private static final Reading.Absent UNKNOWN =
            new Reading.Absent(
                    "the run was resumed, and of its 2 processes the last alone was read");

    @Test
    void theEnergyOfTheLastProcessIsNotThatOfTheTraining() {
        StudyResult whole = Studies.result("digits", "made up", 2, JOULES);
        assertTrue(whole.paybackInJoules().requests() instanceof Reading.Measured);
        StudyResult resumed = Studies.resumed(2, JOULES);
        assertEquals(UNKNOWN, resumed.paybackInJoules().requests());
        Prices prices = new Prices(OptionalDouble.empty(), OptionalDouble.of(0.3));
        assertEquals(UNKNOWN, resumed.judgedBy(resumed.margin(), prices).paybackInMoney().spent());
    }

    @Test
    void theTableOfCostsSaysWhyItHasNoFigures() {
        ReportDocument report = Reports.of(Studies.resumed(2, JOULES), Studies.CREATED);
        ReportDocument.Cost alone = requireNonNull(report.models().get(1).cost());
        assertEquals(12.0, alone.joules().value());
        ReportDocument.Cost distilled = requireNonNull(report.models().get(2).cost());
        for (ReportDocument.Figure figure :
                List.of(
                        distilled.joules(),
                        distilled.cpuUtilisation(),
                        distilled.peakResidentBytes())) {
            assertNull(figure.value());
            assertEquals(UNKNOWN.reason(), figure.absent());
        }
        assertEquals(alone.wallSeconds(), distilled.wallSeconds());
    }

    @Test
    void thatTimesDoNotCompareIsSaidBesideThem() {
        ReportDocument report = Reports.of(Studies.resumed(2, JOULES), Studies.CREATED);
        assertFalse(requireNonNull(report.models().get(1).cost()).resumed());
        assertTrue(requireNonNull(report.models().get(2).cost()).resumed());
        String note = CostSentences.resumed(report).orElseThrow();
        assertTrue(note.startsWith("Resumed: student distilled. Wall time"), note);
        String html = HtmlReport.render(report);
        assertTrue(html.contains(note), html);
        assertTrue(html.contains("student distilled<br>(resumed)</td>"), html);
        assertFalse(html.contains("student alone<br>(resumed)</td>"), html);
        assertEquals(Optional.empty(), CostSentences.resumed(Studies.report(2, Studies.NO_ENERGY)));
    }
}
