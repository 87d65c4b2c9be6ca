package dev.retort.efficiency.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.retort.device.Reading;
import dev.retort.efficiency.Anomaly;
import dev.retort.efficiency.FailureClass;
import dev.retort.efficiency.Meters;
import dev.retort.efficiency.Region;
import dev.retort.efficiency.RunMeter;
import dev.retort.efficiency.RunOptions;
import dev.retort.efficiency.RunTrace.Mark;
import dev.retort.efficiency.export.trace.PerfettoTrace;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

@Timeout(60)
class JsonLinesTest {
    private static final Duration NEVER = Duration.ofHours(1);

    private final Runs run = new Runs();

    @TempDir Path folder;

    @AfterEach
    void close() {
        run.close();
    }

    private static List<JsonNode> lines(Path file) throws IOException {
        String text = Files.readString(file);
        assertTrue(text.isEmpty() || text.endsWith("\n"), "the last line is whole");
        List<JsonNode> lines = new ArrayList<>();
        for (String line : text.lines().toList()) {
            lines.add(new ObjectMapper().readTree(line));
        }
        return lines;
    }

    private static List<String> events(List<JsonNode> lines) {
        return lines.stream().map(line -> line.get("event").asText()).toList();
    }

    @Test
    void aLineForEachIntervalCommitAndFailureAndTheEnd() throws IOException {
        Path file = folder.resolve("deep/figures.jsonl");
        RunExport export = ExportOptions.of(run.meter).to(JsonLines.to(file)).every(NEVER).start();
        run.step();
        run.meter.commit();
        run.step();
        run.meter.failure(FailureClass.NUMERIC, "the loss is \"NaN\"\n");
        export.flush();
        run.meter.finish();
        List<JsonNode> lines = lines(file);
        assertEquals(List.of("interval", "commit", "failure", "interval", "end"), events(lines));
        JsonNode commit = lines.get(1);
        assertEquals(1, commit.get("step").asLong());
        assertEquals(0.01, commit.get("elapsed_seconds").asDouble(), 1e-12);
        assertEquals("NUMERIC: the loss is \"NaN\"\n", lines.get(2).get("message").asText());
        JsonNode end = lines.get(4);
        assertEquals("run \"1\"", end.get("run").asText());
        assertEquals("vision", end.get("tags").get("team").asText());
        assertEquals("SUCCEEDED", end.get("outcome").asText());
        JsonNode figures = end.get("figures");
        assertEquals(2, figures.get("run_steps").asLong());
        assertEquals(0.6, figures.get("run_goodput_ratio").asDouble(), 1e-12);
        assertEquals(
                0.008, figures.get("run_time_seconds").get("INPUT/INPUT_STALL").asDouble(), 1e-12);
        assertEquals("no tokens were counted", end.get("absent").get("run_tokens").asText());
        assertEquals(
                "no floating-point operations were counted",
                end.get("absent").get("run_mfu_ratio").get("step").asText());
        assertFalse(figures.has("run_tokens"));
    }

    @Test
    void halfALineOfACrashIsTakenAway() throws IOException {
        Path file = folder.resolve("figures.jsonl");
        Files.writeString(file, "{\"event\":\"end\"}\n{\"event\":\"inte");
        ExportOptions.of(run.meter).to(JsonLines.to(file)).every(NEVER).start();
        run.meter.finish();
        assertEquals(List.of("end", "interval", "end"), events(lines(file)));
    }

    @Test
    void aWholeLineWithoutItsEndIsKept() throws IOException {
        Path file = folder.resolve("figures.jsonl");
        Files.writeString(file, "{\"event\":\"commit\",\"a\":{\"b\":1}}");
        ExportOptions.of(run.meter).to(JsonLines.to(file)).every(NEVER).start();
        run.meter.finish();
        assertEquals(List.of("commit", "interval", "end"), events(lines(file)));
    }

    @Test
    void aFileOfAnotherKindIsLeftAlone() throws IOException {
        Path file = folder.resolve("thesis.txt");
        Files.writeString(file, "years of work");
        ExportOptions.of(run.meter).to(JsonLines.to(file)).every(NEVER).start();
        run.meter.finish();
        assertEquals("years of work", Files.readString(file));
        assertTrue(run.meter.snapshot().anomalies().containsKey(Anomaly.EXPORT_FAILED));
    }

    @Test
    void aFileIsOfOneRunAtATime() throws IOException {
        Path file = folder.resolve("figures.jsonl");
        RunExport first = ExportOptions.of(run.meter).to(JsonLines.to(file)).every(NEVER).start();
        try (Runs other = new Runs()) {
            RunExport second =
                    ExportOptions.of(other.meter).to(JsonLines.to(file)).every(NEVER).start();
            other.step();
            second.flush();
            run.step();
            first.flush();
            assertEquals(Map.of(Anomaly.EXPORT_FAILED, 2L), other.meter.snapshot().anomalies());
            run.meter.finish();
            assertEquals(List.of("interval", "interval", "end"), events(lines(file)));
            second.flush();
            other.meter.finish();
            List<JsonNode> lines = lines(file);
            assertEquals(List.of("interval", "interval", "end", "interval", "end"), events(lines));
            assertEquals(1, lines.getLast().get("figures").get("run_steps").asLong());
        }
    }

    @Test
    void beyondWhatMayBeOwedTheOldestIntervalsAreForgotten() throws IOException {
        Path file = folder.resolve("figures.jsonl");
        // Any file will do whose channel does not take a write.
        JsonLines lines = JsonLines.to(file);
        lines.open(run.meter.snapshot());
        lines.close();
        Interval interval =
                run.interval(
                        List.of(
                                new Figure(
                                        "run.tokens",
                                        Figure.Unit.COUNT,
                                        Figure.Kind.COUNTER,
                                        Map.of(),
                                        new Reading.Absent("x".repeat(100_000)))));
        Interval first =
                new Interval(
                        1,
                        interval.origin(),
                        interval.originNanoTime(),
                        0,
                        0,
                        false,
                        interval.account(),
                        interval.figures(),
                        interval.verdict(),
                        List.of(),
                        List.of(),
                        List.of(new Mark(Mark.Kind.COMMIT, 0, 7, "")),
                        0,
                        run.sampler);
        assertThrows(IOException.class, () -> lines.accept(first));
        for (int i = 0; i < 20; i++) {
            assertThrows(IOException.class, () -> lines.accept(interval));
        }
        lines.open(run.meter.snapshot());
        lines.accept(interval);
        lines.close();
        List<JsonNode> written = lines(file);
        assertEquals("commit", written.getFirst().get("event").asText());
        assertEquals(7, written.getFirst().get("step").asLong());
        assertEquals(1 + 10, written.size());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFullDiskIsAnAnomalyAndTrainingGoesOn() {
        RunExport export =
                ExportOptions.of(run.meter)
                        .to(JsonLines.to(Path.of("/dev/full")))
                        .every(NEVER)
                        .start();
        run.step();
        export.flush();
        assertEquals(1, run.meter.finish().steps());
        assertEquals(Map.of(Anomaly.EXPORT_FAILED, 3L), run.meter.snapshot().anomalies());
    }

    /** The process whose files may not grow above a limit. */
    static final class Limited {
        private Limited() {}

        public static void main(String[] arguments) {
            try (RunMeter meter = RunOptions.of("limited").open()) {
                RunExport export =
                        ExportOptions.of(meter)
                                .to(
                                        arguments[0].endsWith(".jsonl")
                                                ? JsonLines.to(Path.of(arguments[0]))
                                                : PerfettoTrace.to(Path.of(arguments[0])))
                                .every(NEVER)
                                .start();
                for (int step = 0; step < Integer.parseInt(arguments[1]); step++) {
                    meter.beginStep();
                    meter.begin(Region.STEP);
                    meter.end(Region.STEP);
                    meter.endStep(1);
                    export.flush();
                }
                meter.finish();
                System.out.println(
                        meter.snapshot().steps()
                                + " "
                                + meter.snapshot().anomalies().get(Anomaly.EXPORT_FAILED));
            }
        }
    }

    /** A write that ends in the middle of a line, by the operating system. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aLineThatDoesNotFitIsTakenAway() throws Exception {
        Path file = folder.resolve("figures.jsonl");
        limited(file, 40);
        List<JsonNode> lines = lines(file);
        assertTrue(Files.size(file) > 30_000, "some lines fit: " + Files.size(file));
        assertTrue(events(lines).stream().allMatch("interval"::equals));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void anArrayIsClosedAfterWhatDoesNotFit() throws Exception {
        Path file = folder.resolve("trace.json");
        limited(file, 600);
        JsonNode events = new ObjectMapper().readTree(file.toFile());
        assertTrue(events.isArray());
        assertTrue(Files.size(file) > 30_000, "some events fit: " + Files.size(file));
        assertTrue(Files.readString(file).endsWith("]\n"));
    }

    private static void limited(Path file, int steps) throws Exception {
        Process process =
                new ProcessBuilder(
                                "bash",
                                "-c",
                                "ulimit -f 60 && exec \"$@\"",
                                "limited",
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xshare:auto",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                Meters.classPath(),
                                Limited.class.getName(),
                                file.toString(),
                                Integer.toString(steps))
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        String[] last = said.lines().toList().getLast().split(" ", -1);
        assertEquals(Integer.toString(steps), last[0], said);
        assertTrue(!last[1].equals("null"), "the limit was met: " + said);
    }
}
