package dev.retort.efficiency.export.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.retort.device.counters.Counter;
import dev.retort.device.counters.CpuCounters;
import dev.retort.device.counters.Series;
import dev.retort.device.counters.Tier;
import dev.retort.device.sampling.Sampler;
import dev.retort.device.sampling.SamplerOptions;
import dev.retort.efficiency.Bucket;
import dev.retort.efficiency.FailureClass;
import dev.retort.efficiency.Region;
import dev.retort.efficiency.RunMeter;
import dev.retort.efficiency.export.ExportOptions;
import dev.retort.efficiency.export.RunExport;
import dev.retort.efficiency.export.Runs;
import dev.retort.efficiency.export.tensorboard.TensorBoardEvents;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The rules that a JSON trace has to keep are written down here from the description of Chrome's
 * trace event format, and checked on the parsed file.
 */
@Timeout(60)
class PerfettoTraceTest {
    private static final Duration NEVER = Duration.ofHours(1);
    private static final Set<String> METADATA =
            Set.of("process_name", "process_labels", "thread_name", "thread_sort_index");

    private final Runs run = new Runs();

    @TempDir Path folder;

    @AfterEach
    void close() {
        run.close();
    }

    /** Reads a trace and checks every event. */
    private static List<JsonNode> trace(Path file) throws IOException {
        JsonNode all = new ObjectMapper().readTree(file.toFile());
        assertTrue(all.isArray(), "the array format");
        List<JsonNode> events = new ArrayList<>();
        Map<Integer, BigDecimal> ends = new HashMap<>();
        Set<Integer> named = new HashSet<>();
        for (JsonNode event : all) {
            events.add(event);
            String about = event.toString();
            assertTrue(event.get("name").isTextual(), about);
            assertTrue(event.get("pid").isIntegralNumber(), about);
            assertTrue(event.get("tid").isIntegralNumber(), about);
            assertTrue(event.get("ts").isNumber(), about);
            assertTrue(event.get("ts").asDouble() >= 0, about);
            int track = event.get("tid").asInt();
            switch (event.get("ph").asText()) {
                case "X" -> {
                    BigDecimal from = new BigDecimal(event.get("ts").asText());
                    BigDecimal length = new BigDecimal(event.get("dur").asText());
                    assertTrue(length.signum() >= 0, about);
                    assertTrue(event.get("cat").isTextual(), about);
                    assertTrue(named.contains(track), "a track without a name: " + about);
                    // Slices of a track nest or follow each other; ours follow.
                    BigDecimal before = ends.getOrDefault(track, BigDecimal.ZERO);
                    assertTrue(from.compareTo(before) >= 0, "an overlap: " + about);
                    ends.put(track, from.add(length));
                }
                case "C" -> event.get("args").forEach(value -> assertTrue(value.isNumber(), about));
                case "i" -> assertTrue(Set.of("g", "p", "t").contains(event.get("s").asText()));
                case "M" -> {
                    assertTrue(METADATA.contains(event.get("name").asText()), about);
                    if (event.get("name").asText().equals("thread_name")) {
                        assertTrue(event.get("args").get("name").isTextual());
                        named.add(track);
                    }
                }
                default -> throw new AssertionError("an unknown phase: " + about);
            }
        }
        return events;
    }

    private static List<String> slices(List<JsonNode> events, int track) {
        return events.stream()
                .filter(event -> event.get("ph").asText().equals("X"))
                .filter(event -> event.get("tid").asInt() == track)
                .map(
                        event ->
                                event.get("name").asText()
                                        + " "
                                        + event.get("ts").asInt()
                                        + "+"
                                        + event.get("dur").asInt())
                .toList();
    }

    @Test
    void regionsAndStepsAreWholeWhateverTheIntervals() throws IOException {
        Path file = folder.resolve("trace.json");
        RunExport export =
                ExportOptions.of(run.meter).to(PerfettoTrace.to(file)).every(NEVER).start();
        trace(file);
        run.step();
        run.meter.beginStep();
        run.meter.begin(Region.STEP);
        run.pass(1_000_000);
        export.flush(); // In the middle of a region and a step.
        trace(file);
        run.pass(2_000_500);
        run.meter.end(Region.STEP);
        run.meter.endStep(1);
        run.meter.attribute(Bucket.JVM_PAUSE, run.nanoTimeAt(4_500_000), run.nanoTimeAt(5_000_000));
        run.meter.commit();
        run.meter.failure(FailureClass.HANG, "said \"no\"");
        run.pass(1_000_000);
        run.meter.finish();
        List<JsonNode> events = trace(file);
        assertEquals(
                List.of("INPUT 0+4000", "STEP 4000+6000", "STEP 10000+3000", "OTHER 13000+1000"),
                slices(events, TraceEvents.REGIONS));
        assertEquals(
                List.of("step 1 0+10000", "step 2 10000+3000", "step 3 13000+1000"),
                slices(events, TraceEvents.STEPS));
        assertEquals(List.of("JVM_PAUSE 4500+500"), slices(events, TraceEvents.LATE));
        assertTrue(Files.readString(file).contains("\"dur\":3000.500"), "to the nanosecond");
        List<String> moments =
                events.stream()
                        .filter(event -> event.get("ph").asText().equals("i"))
                        .map(event -> event.get("name").asText())
                        .toList();
        assertEquals(List.of("commit", "HANG: said \"no\""), moments);
    }

    @Test
    void countersAreSampled() throws Exception {
        Path file = folder.resolve("trace.json");
        SamplerOptions often =
                SamplerOptions.defaults().withPeriod(Tier.MEDIUM, Duration.ofMillis(10));
        try (Sampler sampler = Sampler.start(often);
                RunMeter meter = RunMeter.open("sampled", sampler)) {
            RunExport export =
                    ExportOptions.of(meter).to(PerfettoTrace.to(file)).every(NEVER).start();
            Series heap = sampler.series(CpuCounters.DEVICE, Counter.HEAP_USED).getFirst();
            while (sampler.history(heap, Duration.ofMinutes(1)).size() < 5) {
                Thread.sleep(10);
            }
            export.flush();
            int before = counters(trace(file), "cpu heap used [bytes]").size();
            assertTrue(before >= 3, "found " + before);
            while (sampler.history(heap, Duration.ofMinutes(1)).size() < 10) {
                Thread.sleep(10);
            }
            meter.finish();
            List<JsonNode> heaps = counters(trace(file), "cpu heap used [bytes]");
            assertTrue(heaps.size() > before);
            double last = -1;
            for (JsonNode sample : heaps) {
                assertTrue(sample.get("ts").asDouble() > last, "a sample stands twice");
                last = sample.get("ts").asDouble();
                assertTrue(sample.get("args").get("value").asDouble() > 1e5);
            }
            // A cumulative counter as its growth: the cores in use, not the time since the start.
            for (JsonNode sample : counters(trace(file), "cpu process cpu time [seconds/s]")) {
                assertTrue(sample.get("args").get("value").asDouble() < 1000);
            }
        }
    }

    private static List<JsonNode> counters(List<JsonNode> events, String name) {
        return events.stream().filter(event -> event.get("name").asText().equals(name)).toList();
    }

    @Test
    @ResourceLock(Resources.LOCALE)
    void numbersHaveTheDigitsOfJsonWhereverItRuns() throws IOException {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("ar-EG"));
        try {
            assertNotEquals("7", "%d".formatted(7), "digits of its own");
            Path file = folder.resolve("trace.json");
            ExportOptions.of(run.meter)
                    .to(PerfettoTrace.to(file))
                    .to(TensorBoardEvents.into(folder.resolve("events")))
                    .every(NEVER)
                    .start();
            run.step();
            run.meter.finish();
            assertFalse(trace(file).isEmpty());
            try (Stream<Path> files = Files.list(folder.resolve("events"))) {
                String name = String.valueOf(files.findFirst().orElseThrow().getFileName());
                assertTrue(
                        name.matches("events\\.out\\.tfevents\\.[0-9]+\\.retort\\.[0-9]+"), name);
            }
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void aTraceThatExistsIsKept() throws IOException {
        Path file = folder.resolve("trace.json");
        Files.writeString(file, "[]");
        PerfettoTrace trace = PerfettoTrace.to(file);
        ExportOptions.of(run.meter).to(trace).every(NEVER).start();
        run.step();
        run.meter.finish();
        assertEquals("[]", Files.readString(file));
        assertEquals(folder.resolve("trace.2.json"), trace.file());
        assertFalse(trace(trace.file()).isEmpty());
    }
}
