package dev.retort.distill.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.util.Objects.requireNonNull;

import dev.retort.device.Reading;
import dev.retort.distill.Prices;
import dev.retort.distill.StudyResult;
import dev.retort.efficiency.Anomaly;
import dev.retort.efficiency.Region;
import dev.retort.efficiency.RunAccount;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;

/** What is said of trainings that several processes worked on. */
class ResumedStudyTest {
    private static final Reading JOULES = Reading.now(12, "RAPL");
    private static final Reading.Absent UNKNOWN =
            new Reading.Absent("a run was measured for 1.00 of the 4.00 s that it was at work");

    @Test
    void theEnergyOfAPartIsNotThatOfTheTraining() {
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
        String note = CostSentences.of(report).getFirst();
        assertTrue(note.contains("as recovery, the time from a kill to the next start"), note);
        assertTrue(note.startsWith("Resumed: student distilled. Wall time"), note);
        String html = HtmlReport.render(report);
        assertTrue(html.contains(note), html);
        assertTrue(html.contains("student distilled<br>(resumed)</td>"), html);
        assertFalse(html.contains("student alone<br>(resumed)</td>"), html);
        assertEquals(
                "CPU and memory of student distilled are absent: " + UNKNOWN.reason() + ".",
                CostSentences.of(report).get(1));
        assertEquals(List.of(), CostSentences.of(Studies.report(2, Studies.NO_ENERGY)));
    }

    @Test
    void samplesASecondAreNotOverTheTimeInWhichNothingWasAtWork() {
        long outage = 3_600_000_000_000L;
        StudyResult result =
                Studies.changed(
                        2,
                        JOULES,
                        account ->
                                Studies.resumed(
                                        account, Map.of(Region.RECOVERY, outage), Map.of()));
        ReportDocument report = Reports.of(result, Studies.CREATED);
        ReportDocument.Cost alone = requireNonNull(report.models().get(1).cost());
        ReportDocument.Cost distilled = requireNonNull(report.models().get(2).cost());
        assertEquals(alone.samplesPerSecond(), distilled.samplesPerSecond(), 1e-9);
        assertEquals(alone.wallSeconds() + 3600, distilled.wallSeconds(), 1e-6);
        assertEquals(3600.0, requireNonNull(distilled.regionSeconds().get("recovery")), 1e-9);
        // Nor is it paid for.
        Prices prices = new Prices(OptionalDouble.of(10), OptionalDouble.empty());
        assertEquals(
                Studies.result("digits", "made up", 2, JOULES)
                        .judgedBy(0.01, prices)
                        .paybackInMoney()
                        .spent()
                        .ifMeasured()
                        .orElseThrow(),
                result.judgedBy(0.01, prices).paybackInMoney().spent().ifMeasured().orElseThrow(),
                1e-9);
    }

    @Test
    void aLedgerThatWasCutGivesNoFiguresAndIsNamed() {
        StudyResult result =
                Studies.changed(
                        2,
                        JOULES,
                        account ->
                                Studies.resumed(
                                        account,
                                        Map.of(Region.OTHER, 9_000_000_000_000L),
                                        Map.of(Anomaly.UNKNOWN_COMMIT, 1L)));
        ReportDocument report = Reports.of(result, Studies.CREATED);
        assertNull(report.models().get(2).cost());
        assertNull(report.seeds().getFirst().trainings().get(2).wallSeconds());
        String note = CostSentences.of(report).getFirst();
        assertTrue(
                note.contains(
                        "gone on from: student distilled of seed 41, student distilled of seed 42;"),
                note);
        String html = HtmlReport.render(report);
        assertTrue(html.contains(note), html);
        assertFalse(html.contains("9,00"), html);
        assertEquals(
                new Reading.Absent("the ledger of the distilled student was cut or lost"),
                result.paybackInJoules().spent());
    }

    /** One of two: the mean is of the other. */
    @Test
    void aSeedWhoseLedgerIsWholeStillTells() {
        StudyResult result =
                Studies.changed(
                        2,
                        JOULES,
                        new UnaryOperator<>() {
                            private boolean changed;

                            @Override
                            public RunAccount apply(RunAccount account) {
                                boolean first = !changed;
                                changed = true;
                                return first
                                        ? Studies.resumed(
                                                account,
                                                Map.of(Region.OTHER, 9_000_000_000_000L),
                                                Map.of(Anomaly.UNKNOWN_COMMIT, 1L))
                                        : account;
                            }
                        });
        ReportDocument report = Reports.of(result, Studies.CREATED);
        ReportDocument.Cost alone = requireNonNull(report.models().get(1).cost());
        assertEquals(alone, report.models().get(2).cost());
        assertTrue(result.paybackInJoules().requests() instanceof Reading.Measured);
    }
}
