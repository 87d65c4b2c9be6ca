package dev.retort.efficiency.export.jfr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.efficiency.Anomaly;
import dev.retort.efficiency.Bucket;
import dev.retort.efficiency.FailureClass;
import dev.retort.efficiency.Meters;
import dev.retort.efficiency.RunMeter;
import dev.retort.efficiency.export.ExportOptions;
import dev.retort.efficiency.export.RunExport;
import dev.retort.efficiency.export.Runs;

import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

@Timeout(120)
class JfrEventsTest {
    private static final Duration NEVER = Duration.ofHours(1);

    private final Runs run = new Runs();

    @TempDir Path folder;

    @AfterEach
    void close() {
        run.close();
    }

    private static List<RecordedEvent> events(Path file, String name) throws IOException {
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().equals("dev.retort." + name))
                .toList();
    }

    private void train() {
        for (int i = 0; i < 5; i++) {
            run.step();
        }
        run.meter.commit();
        run.meter.failure(FailureClass.OUT_OF_MEMORY, "no room");
        run.meter.attribute(Bucket.JVM_PAUSE, run.nanoTimeAt(5_000_000), run.nanoTimeAt(6_000_000));
        run.meter.finish();
    }

    @Test
    void theRecordingHasTheRun() throws Exception {
        Path file = folder.resolve("deep/run.jfr");
        ExportOptions.of(run.meter)
                .to(JfrEvents.into(file).withThreshold(Duration.ofMillis(5)))
                .every(NEVER)
                .start();
        train();
        RecordedEvent started = events(file, "RunStarted").getFirst();
        assertEquals("run \"1\"", started.getString("run"));
        assertEquals("team=vision", started.getString("tags"));
        assertEquals(List.of("Retort", "Run"), started.getEventType().getCategoryNames());
        RecordedEvent ended = events(file, "RunEnded").getFirst();
        assertEquals("SUCCEEDED", ended.getString("outcome"));
        assertEquals(5, ended.getLong("steps"));
        assertEquals(Duration.ofMillis(50), ended.getDuration("elapsed"));
        List<RecordedEvent> segments = events(file, "RegionSegment");
        // Of 6 ms each; the first was cut by a pause, and the inputs take 4 ms.
        assertEquals(4, segments.size());
        assertEquals(Duration.ofMillis(6), segments.getFirst().getDuration("length"));
        assertEquals("STEP", segments.getFirst().getString("region"));
        assertEquals(
                Duration.ofMillis(1), events(file, "LateTime").getFirst().getDuration("length"));
        assertEquals(2, events(file, "Moment").size());
        RecordedEvent steps = events(file, "StepStatistics").getFirst();
        assertEquals(10, steps.getDuration("p99").toMillis());
        assertEquals(0.6 - 0.02, ended.getDouble("goodput"), 1e-12);
        assertTrue(
                events(file, "Figure").stream()
                        .anyMatch(event -> event.getString("figure").equals("run.steps.rate")));
        assertEquals(
                1,
                events(file, "FigureAbsent").stream()
                        .filter(event -> event.getString("figure").equals("run.tokens"))
                        .count(),
                "a reason is told once");
    }

    @Test
    void theToolsOfTheJdkOpenIt() throws Exception {
        Path file = folder.resolve("run.jfr");
        ExportOptions.of(run.meter).to(JfrEvents.into(file)).every(NEVER).start();
        train();
        String summary = jfr("summary", file.toString());
        assertTrue(summary.contains("dev.retort.RunEnded"), summary);
        String printed = jfr("print", "--events", "dev.retort.RunEnded", file.toString());
        assertTrue(printed.contains("outcome = \"SUCCEEDED\""), printed);
        assertTrue(printed.contains("elapsed = 50.0 ms"), printed);
    }

    /** A process that ends without the end of its run. */
    static final class Unfinished {
        private Unfinished() {}

        @SuppressWarnings("MustBeClosedChecker")
        public static void main(String[] arguments) {
            RunMeter meter = RunMeter.open("unfinished");
            RunExport export =
                    ExportOptions.of(meter)
                            .to(JfrEvents.into(Path.of(arguments[0])))
                            .every(NEVER)
                            .start();
            meter.beginStep();
            meter.endStep(1);
            export.flush();
            System.exit(0);
        }
    }

    @Test
    void aProcessThatExitsLeavesWhatItRecorded() throws Exception {
        Path file = folder.resolve("run.jfr");
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                Meters.classPath(),
                                Unfinished.class.getName(),
                                file.toString())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        assertEquals(1, events(file, "StepStatistics").getFirst().getLong("steps"));
    }

    @Test
    void aRecordingThatCannotBeWrittenIsAnAnomaly() throws IOException {
        Path file = folder.resolve("deep/run.jfr");
        ExportOptions.of(run.meter).to(JfrEvents.into(file)).every(NEVER).start();
        Files.delete(file);
        Files.delete(folder.resolve("deep"));
        train();
        assertEquals(Map.of(Anomaly.EXPORT_FAILED, 1L), run.meter.snapshot().anomalies());
    }

    private static String jfr(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(arguments));
        command.addFirst(Path.of(System.getProperty("java.home"), "bin", "jfr").toString());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        return said;
    }

    @Test
    void anyRecordingGetsThem() throws IOException {
        Path file = folder.resolve("other.jfr");
        try (Recording recording = new Recording()) {
            recording.disable("dev.retort.StepStatistics");
            recording.start();
            ExportOptions.of(run.meter).to(JfrEvents.committed()).every(NEVER).start();
            train();
            recording.dump(file);
        }
        assertEquals(1, events(file, "RunEnded").size());
        assertEquals(List.of(), events(file, "StepStatistics"), "that was disabled");
    }
}
