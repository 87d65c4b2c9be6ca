package dev.retort.distill.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.device.Reading;
import dev.retort.distill.Role;
import dev.retort.distill.StudyResult;
import dev.retort.distill.report.ReportDocument.Epoch;
import dev.retort.distill.report.ReportDocument.SeedEntry;
import dev.retort.distill.report.ReportDocument.Training;
import dev.retort.efficiency.Region;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

class HtmlReportTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://",
                "https://",
                "src=",
                "href=",
                "<script",
                "<link",
                "@import",
                "url("
            })
    void needsNothingFromOutside(String reference) {
        String html = HtmlReport.render(Studies.report(3, Studies.NO_ENERGY));
        assertFalse(html.contains(reference), reference);
    }

    @Test
    void showsEverySeedRoleAndSentence() {
        ReportDocument report = Studies.report(3, Studies.NO_ENERGY);
        String html = HtmlReport.render(report);
        for (long seed : new long[] {41, 42, 43}) {
            assertTrue(html.contains("<tr><td>" + seed + "</td>"), "seed " + seed);
        }
        for (Role role : Role.values()) {
            assertTrue(html.contains("</span>" + role.label() + "</td>"), role.label());
        }
        assertEquals(4, report.comparison().sentences().size());
        for (String sentence : report.comparison().sentences()) {
            assertTrue(html.contains(sentence), sentence);
        }
        // One curve for each of three roles and three seeds, in two charts.
        assertEquals(18, count("<polyline ", html));
    }

    @Test
    void oneSeedConcludesNothing() {
        String html = HtmlReport.render(Studies.report(1, Studies.NO_ENERGY));
        assertTrue(
                html.contains(
                        "INCONCLUSIVE: nothing can be concluded from one seed; run more with --seeds."));
        assertFalse(html.contains("interval"));
    }

    @Test
    void hostileTextStaysText() {
        String hostile = "<b>&\"'</b><script>alert(1)</script>{{title}}";
        String html =
                HtmlReport.render(
                        Reports.of(
                                Studies.result(hostile, hostile, 2, new Reading.Absent(hostile)),
                                Studies.CREATED));
        assertFalse(html.contains("<b>"));
        assertFalse(html.contains("<script"));
        String escaped = "&lt;b&gt;&amp;&quot;&#39;&lt;/b&gt;&lt;script&gt;";
        // Title, heading, source of the data, and the reason for the absent energy and pay-back.
        assertEquals(5, count(Pattern.quote(escaped), html));
    }

    @Test
    void energyIsAFigureOrADashWithItsReason() {
        String absent = HtmlReport.render(Studies.report(2, Studies.NO_ENERGY));
        assertTrue(absent.contains("Energy is absent: no RAPL zone under &lt;sysfs&gt; &amp; co."));
        assertFalse(absent.contains(" J</td>"));
        String measured = HtmlReport.render(Studies.report(2, Reading.now(12.5, "RAPL")));
        assertTrue(measured.contains("other processes included: RAPL."));
        assertTrue(measured.contains("<td>12.5 J</td>"));
        assertTrue(absent.contains("Pay-back in energy is absent: no RAPL zone"));
        // Spent 2 x 12.5 J; a request saves 12.5 x (19,210 - 1,210) / 10^9 J.
        assertTrue(
                measured.contains("has paid for itself in energy after 111,112 requests"),
                measured);
        assertTrue(measured.contains("Pay-back in money is absent: no price above 0 was named."));
    }

    @Test
    void calibrationAndClassesAreShown() {
        String html = HtmlReport.render(Studies.report(2, Studies.NO_ENERGY));
        assertEquals(3, count("<td>2.00 %</td><td>0.1000</td><td>0.2000</td>", html));
        assertTrue(
                html.contains(
                        "<tr><td>1</td><td>50</td><td>40.0 %</td><td>40.0 %</td><td>40.0 %</td><td>+0.0 points</td></tr>"));
        assertTrue(html.contains("<span class=\"verdict BEATS\">BEATS</span>"));
    }

    @Test
    void sharesOfABarSumToTheWhole() {
        String html = HtmlReport.render(Studies.report(2, Studies.NO_ENERGY));
        Matcher bars = Pattern.compile("<div class=\"bar\">(.*?)</div>").matcher(html);
        int found = 0;
        while (bars.find()) {
            found++;
            Matcher widths = Pattern.compile("width:([0-9.]+)%").matcher(bars.group(1));
            double sum = 0;
            while (widths.find()) {
                sum += Double.parseDouble(widths.group(1));
            }
            assertEquals(100, sum, 0.5);
        }
        assertEquals(3, found);
    }

    /** On two lines, and heads that break: nine columns fit a page then. */
    @Test
    void aColumnOfARegionIsNarrow() {
        String html = HtmlReport.render(Studies.report(2, Studies.NO_ENERGY));
        assertTrue(html.contains("<table class=\"narrow\">"), html);
        assertTrue(html.contains("<td>100 ms<br>2.5 %</td>"), html);
    }

    @Test
    void aShareAboveZeroIsNotShownAsZero() {
        StudyResult result =
                Studies.changed(
                        2,
                        Studies.NO_ENERGY,
                        account ->
                                Studies.resumed(
                                        account, Map.of(Region.CHECKPOINT_SAVE, 2_000L), Map.of()));
        String html = HtmlReport.render(Reports.of(result, Studies.CREATED));
        assertEquals(1, count("<td>2.00 µs<br>&lt;0.1 %</td>", html));
        assertEquals(2, count("<td>0 s<br>0.0 %</td>", html));
        assertEquals(
                1,
                count(
                        "style=\"width:0.0%\" title=\"checkpoint save: 2.00 µs \\(&lt;0.1 %\\)\"",
                        html));
    }

    @Test
    void theRiseFromChanceDoesNotTakeTheAxisOfTheAccuracy() {
        ReportDocument report = Studies.report(1, Studies.NO_ENERGY);
        List<Epoch> epochs =
                IntStream.rangeClosed(1, 20)
                        .mapToObj(
                                epoch ->
                                        new Epoch(
                                                epoch,
                                                1,
                                                1,
                                                epoch <= 2 ? 0.1 : 0.9 + epoch / 1000.0))
                        .toList();
        List<SeedEntry> seeds = new ArrayList<>();
        for (SeedEntry seed : report.seeds()) {
            seeds.add(
                    new SeedEntry(
                            seed.seed(),
                            seed.trainings().stream().map(t -> with(t, epochs)).toList()));
        }
        String html =
                HtmlReport.render(
                        new ReportDocument(
                                report.schema(),
                                report.created(),
                                report.machine(),
                                report.task(),
                                report.comparison(),
                                report.models(),
                                seeds,
                                report.softLabelsSeconds(),
                                report.paybackInJoules(),
                                report.paybackInMoney(),
                                report.measuring(),
                                null));
        Matcher ticks = Pattern.compile("text-anchor=\"end\">([0-9.]+) %</text>").matcher(html);
        int found = 0;
        while (ticks.find()) {
            found++;
            assertTrue(Double.parseDouble(ticks.group(1)) >= 90, ticks.group());
        }
        assertTrue(found >= 2, found + " ticks");
    }

    private static Training with(Training training, List<Epoch> epochs) {
        return new Training(
                training.role(),
                training.bestEpoch(),
                training.testAccuracy(),
                training.testAccuracyLast(),
                training.testLoss(),
                training.wallSeconds(),
                epochs);
    }

    private static int count(String regex, String text) {
        return Math.toIntExact(Pattern.compile(regex).matcher(text).results().count());
    }
}
