package dev.retort.efficiency.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.efficiency.Bucket;
import dev.retort.efficiency.FailureClass;
import dev.retort.efficiency.FakeRuns;
import dev.retort.efficiency.Ledger;
import dev.retort.efficiency.Region;
import dev.retort.efficiency.RunHistory;
import dev.retort.efficiency.RunHistory.Point;
import dev.retort.efficiency.RunHistory.Use;
import dev.retort.efficiency.RunMeter;
import dev.retort.efficiency.RunOptions;
import dev.retort.efficiency.figures.DataUse;
import dev.retort.efficiency.figures.FailureRate;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.regex.Pattern;

import javax.xml.parsers.DocumentBuilderFactory;

class RunReportTest {
    private static final String HOSTILE = "<b>&\"'</b><script>alert(1)</script>{{name}}\033[2J";

    @TempDir Path folder;

    private static void epochs(FakeRuns run, int steps) {
        run.in(Region.SETUP, 400);
        for (int i = 1; i <= steps; i++) {
            run.step(2, 6, 11, 2);
            if (i % 10 == 0) {
                run.meter().begin(Region.BACKWARD);
                run.pass(8);
                run.pause(5);
                run.meter().end(Region.BACKWARD);
            }
            if (i % 100 == 0) {
                run.in(Region.EVALUATION, 300);
                run.meter().commit();
            }
        }
    }

    private static void report(RunOptions options, Consumer<FakeRuns> run, Consumer<RunReport> to) {
        FakeRuns.look(options, run, meter -> to.accept(RunReport.of(meter)));
    }

    /** The page as XML, which it is once the two void elements of its head are closed. */
    private static Document parse(String html) {
        String xml = html.replace("<!DOCTYPE html>", "").replaceAll("(<meta [^>]*)>", "$1/>");
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new InputSource(new StringReader(xml.replace("<br>", "<br/>"))));
        } catch (Exception e) {
            throw new AssertionError(html, e);
        }
    }

    private static List<Element> elements(Document page, String name) {
        NodeList found = page.getElementsByTagName(name);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < found.getLength(); i++) {
            elements.add((Element) found.item(i));
        }
        return elements;
    }

    private static long nanos(Element table) {
        long sum = 0;
        NodeList rows =
                ((Element) table.getElementsByTagName("tbody").item(0)).getElementsByTagName("tr");
        for (int i = 0; i < rows.getLength(); i++) {
            sum += Long.parseLong(((Element) rows.item(i)).getAttribute("data-nanos"));
        }
        return sum;
    }

    private static Element table(Document page, String id) {
        return elements(page, "table").stream()
                .filter(table -> table.getAttribute("id").equals(id))
                .findFirst()
                .orElseThrow();
    }

    /** Of a run that was sampled twice, however long that took. */
    private static RunReport withUse(RunReport report, double sampled) {
        RunHistory history = report.history();
        Use use =
                new Use(
                        Use.PROCESS,
                        "a counter",
                        List.of(new Point(Duration.ofSeconds(1), sampled)),
                        Optional.empty());
        return new RunReport(
                report.account(),
                new RunHistory(
                        history.stretches(),
                        history.verdicts(),
                        List.of(use),
                        history.device(),
                        history.host()),
                report.trace(),
                report.windows(),
                report.figures(),
                report.sampling(),
                report.created());
    }

    @Test
    void aQuantityHasOneValueOnAPage() {
        report(
                RunOptions.of("digits"),
                run -> {
                    epochs(run, 200);
                    run.meter().finish();
                },
                report -> {
                    String text =
                            elements(parse(withUse(report, 7.77).html()), "body")
                                    .getFirst()
                                    .getTextContent();
                    String own =
                            Numbers.figure(
                                    report.account().cpu().utilisation(),
                                    share -> Numbers.percent(share, 1));
                    // The samples end earlier than the run, so their mean is another number.
                    assertTrue(text.contains("CPU, this process, mean " + own), text);
                    assertFalse(text.contains("777.0 %"), text);
                    // Of all shares the same digits, wherever they stand.
                    Ledger ledger = report.account().ledger();
                    String shown = Numbers.percent(ledger.share(Bucket.TRAINING_PREP), 1);
                    assertTrue(text.contains("preparation" + "400 ms" + shown), text);
                    assertFalse(Pattern.compile("[0-9]%").matcher(text).find(), text);
                });
    }

    @Test
    void theSumsShownAreThoseOfTheLedger() {
        report(
                RunOptions.of("digits"),
                run -> {
                    epochs(run, 200);
                    run.meter().finish();
                },
                report -> {
                    Ledger ledger = report.account().ledger();
                    Document page = parse(report.html());
                    assertEquals(ledger.elapsedNanos(), nanos(table(page, "buckets")));
                    assertEquals(ledger.elapsedNanos(), nanos(table(page, "regions")));
                    assertTrue(
                            page.getDocumentElement()
                                    .getTextContent()
                                    .contains(Numbers.percent(ledger.goodput(), 1)));
                    double widths = 0;
                    for (Element part : elements(page, "span")) {
                        String style = part.getAttribute("style");
                        if (style.startsWith("width:")) {
                            widths += Double.parseDouble(style.replaceAll("[^0-9.]", ""));
                        }
                    }
                    assertEquals(100, widths, 0.1);
                });
    }

    @Test
    void theTimelineHasEveryNanosecondToo() {
        report(
                RunOptions.of("digits"),
                run -> epochs(run, 230),
                report -> {
                    Timeline exact = Timeline.of(report.history(), report.trace());
                    assertTrue(exact.traced());
                    for (Bucket bucket :
                            List.of(Bucket.INPUT_STALL, Bucket.JVM_PAUSE, Bucket.EVALUATION)) {
                        assertEquals(
                                report.account().ledger().of(bucket).toNanos(),
                                sum(exact, bucket),
                                bucket.name());
                    }
                    long all = 0;
                    for (Bucket bucket : Bucket.values()) {
                        all += sum(exact, bucket);
                    }
                    assertEquals(report.account().ledger().elapsedNanos(), all);
                });
    }

    private static long sum(Timeline timeline, Bucket bucket) {
        return timeline.bins().stream()
                .mapToLong(bin -> bin.parts().getOrDefault(bucket, 0L))
                .sum();
    }

    @Test
    void aRunOfHoursIsShownByItsStretches() {
        // 70,000 changes are more than a trace holds; 700 ticks more than a history keeps apart.
        report(
                RunOptions.of("long"),
                run -> {
                    for (int i = 0; i < 17_500; i++) {
                        run.step(10, 10, 10, 10);
                    }
                },
                report -> {
                    Timeline timeline = Timeline.of(report.history(), report.trace());
                    assertFalse(timeline.traced());
                    assertTrue(report.trace().fromNanos() > 0);
                    assertTrue(report.history().stretches().size() <= 600);
                    assertTrue(report.history().stretches().size() >= 300);
                    assertEquals(
                            report.account().ledger().elapsedNanos(),
                            report.history().stretches().stream()
                                    .mapToLong(one -> one.window().ledger().elapsedNanos())
                                    .sum());
                    assertEquals(
                            report.account().ledger().of(Bucket.INPUT_STALL).toNanos(),
                            sum(timeline, Bucket.INPUT_STALL));
                    assertEquals(
                            report.account().steps(),
                            report.history().stretches().stream()
                                    .mapToLong(one -> one.window().work().steps())
                                    .sum());
                    String html = report.html();
                    assertTrue(html.contains("earlier ones are not remembered"));
                    assertTrue(html.contains("<td class=\"text\">input-bound</td>"));
                });
    }

    @Test
    void theVerdictStandsAfterTwoWindows() {
        report(
                RunOptions.of("digits"),
                run -> {
                    for (int i = 0; i < 150; i++) {
                        run.step(80, 10, 5, 5);
                    }
                },
                report -> {
                    RunHistory.Finding finding = report.history().verdicts().getFirst();
                    assertEquals("INPUT", finding.verdict().bottleneck().name());
                    assertEquals(0.8, finding.verdict().share(), 0.01);
                    assertEquals(5, finding.from().toSeconds());
                    assertEquals(1, report.history().verdicts().size());
                });
    }

    @Test
    void hostileTextStaysText() {
        report(
                RunOptions.of(HOSTILE).tag(HOSTILE, HOSTILE),
                run -> {
                    run.step(1, 1, 1, 1);
                    run.in(Region.named(HOSTILE), 3);
                    run.meter().failure(FailureClass.NUMERIC, HOSTILE);
                },
                report -> {
                    String html = report.html();
                    assertFalse(html.contains("<b>&"), html);
                    assertFalse(html.contains("<script"), html);
                    assertFalse(html.contains("\033"), html);
                    String shown = "<b>&\"'</b><script>alert(1)</script>{{name}}\uFFFD[2J";
                    Document page = parse(html);
                    assertEquals(shown, elements(page, "title").getFirst().getTextContent());
                    assertEquals(shown, elements(page, "h1").getFirst().getTextContent());
                    assertTrue(
                            elements(page, "span").stream()
                                    .anyMatch(
                                            one ->
                                                    one.getTextContent()
                                                            .equals(shown + " = " + shown)));
                    assertTrue(
                            elements(page, "td").stream()
                                    .anyMatch(
                                            one -> one.getTextContent().equals("CUSTOM:" + shown)));
                });
    }

    @Test
    void anEmptyRunAndOneOfThreeStepsAreShown() {
        report(
                RunOptions.of("empty"),
                _ -> {},
                report -> {
                    String html = report.html();
                    parse(html);
                    assertTrue(html.contains("No time has passed."));
                    assertTrue(html.contains("No step was finished."));
                    assertNumbers(html);
                });
        report(
                RunOptions.of("three"),
                run -> {
                    for (int i = 0; i < 3; i++) {
                        run.step(1, 2, 3, 1);
                    }
                    run.meter().finish();
                },
                report -> {
                    String html = report.html();
                    parse(html);
                    assertTrue(html.contains("p50 = p99"));
                    assertEquals(3, Timeline.steps(report.history(), report.trace(), 3).size());
                    assertNumbers(html);
                });
    }

    /** Its account has the steps of all processes, its trace those of this one. */
    @Test
    void aResumedRunShowsTheStepsOfThisProcessOneByOne() {
        RunOptions options = RunOptions.of("resumed").journal(folder);
        report(
                options,
                run -> {
                    for (int i = 0; i < 600; i++) {
                        run.step(1, 2, 3, 1);
                    }
                    run.meter().fail(FailureClass.PREEMPTED, "the machine was taken away");
                },
                report -> assertTrue(report.html().contains("Mean time of a step"), "too many"));
        report(
                options,
                run -> {
                    for (int i = 0; i < 3; i++) {
                        run.step(1, 2, 3, 1);
                    }
                    run.meter().finish();
                },
                report -> {
                    assertEquals(603, report.account().stepTimes().count());
                    String html = report.html();
                    parse(html);
                    assertTrue(html.contains("Time of a step, without evaluation"));
                    assertNumbers(html);
                });
    }

    @Test
    void whatIsNotKnownSaysWhyAndWhatIsGivenIsShown() {
        report(
                RunOptions.of("digits"),
                run -> {
                    run.step(1, 2, 3, 1);
                    run.meter().finish();
                },
                report -> {
                    List<FigureTable.Row> bare = FigureTable.of(report);
                    for (String name :
                            List.of(
                                    "device time",
                                    "device utilisation",
                                    "runs that fail",
                                    "data use",
                                    "other cost of the meter")) {
                        FigureTable.Row row = row(bare, name);
                        assertTrue(row.absent() && !row.source().isBlank(), row.toString());
                    }
                    assertFalse(row(bare, "CPU time").absent());
                    List<FigureTable.Row> given =
                            FigureTable.of(
                                    report.with(
                                            report.figures()
                                                    .with(new FailureRate(1, 7))
                                                    .with(new DataUse(1000, 900, 300))));
                    assertEquals("12.5 % (2.2 % to 47.1 %)", row(given, "runs that fail").value());
                    assertEquals("90.0 %", row(given, "padding efficiency").value());
                    assertEquals("3.00", row(given, "repeat factor").value());
                    List<FigureTable.Row> none =
                            FigureTable.of(
                                    report.with(
                                            report.figures()
                                                    .with(new FailureRate(0, 0))
                                                    .with(new DataUse(0, 0, 0))));
                    assertTrue(row(none, "runs that fail").absent());
                    assertTrue(row(none, "repeat factor").absent());
                });
    }

    private static FigureTable.Row row(List<FigureTable.Row> rows, String name) {
        return rows.stream().filter(row -> row.name().equals(name)).findFirst().orElseThrow();
    }

    private static void assertNumbers(String html) {
        for (String wrong : List.of("NaN", "Infinity", "Optional", "null", "{{")) {
            assertFalse(html.contains(wrong), wrong + " in " + html);
        }
    }

    @Test
    void needsNothingFromOutside() {
        report(
                RunOptions.of("digits"),
                run -> epochs(run, 100),
                report -> {
                    String html = report.html();
                    for (String reference :
                            List.of(
                                    "http:", "https:", "src=", "href=", "<script", "<link",
                                    "@import", "url(")) {
                        assertFalse(html.contains(reference), reference);
                    }
                    // Light and dark, and no page wider than its window.
                    assertTrue(html.contains("prefers-color-scheme: dark"));
                    assertTrue(html.contains("width=device-width"));
                });
    }

    @Test
    void isPublishedAtOnceAndReplacesWhatWasThere() throws Exception {
        Path file = Files.writeString(folder.resolve("run.html"), "old");
        AtomicReference<Exception> failed = new AtomicReference<>();
        FakeRuns.look(
                RunOptions.of("digits"),
                run -> epochs(run, 10),
                (RunMeter meter) -> {
                    try {
                        assertEquals(file, RunReport.write(meter, file));
                    } catch (Exception e) {
                        failed.set(e);
                    }
                });
        assertEquals(null, failed.get());
        assertTrue(Pattern.compile("<h1>digits</h1>").matcher(Files.readString(file)).find());
        try (var left = Files.list(folder)) {
            assertEquals(List.of(file), left.toList());
        }
    }
}
