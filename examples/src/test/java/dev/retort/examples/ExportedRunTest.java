package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.efficiency.Anomaly;
import dev.retort.efficiency.RunAccount;
import dev.retort.efficiency.export.micrometer.PrometheusEndpoint;

import jdk.jfr.consumer.RecordingFile;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

class ExportedRunTest {
    @TempDir Path folder;

    private String scraped = "";

    @Test
    void everyDestinationHasTheRun() throws IOException {
        PrometheusEndpoint endpoint = PrometheusEndpoint.on(0);
        RunAccount account =
                ExportedRun.train(
                        folder, Duration.ofMillis(1500), endpoint, () -> scrape(endpoint));
        // On a busy machine an interval may come late.
        Map<Anomaly, Long> anomalies = new HashMap<>(account.anomalies());
        anomalies.remove(Anomaly.EXPORT_DROPPED);
        assertEquals(Map.of(), anomalies);
        assertTrue(account.steps() > 0);
        assertTrue(scraped.contains("retort_run_steps_total{model=\"sum\",run=\"exported\"}"));
        List<String> lines = Files.readAllLines(folder.resolve("figures.jsonl"));
        assertTrue(lines.getLast().contains("\"run_steps\":" + account.steps()), lines::getLast);
        String trace = Files.readString(folder.resolve("trace.json"));
        assertTrue(trace.endsWith("]\n"));
        assertTrue(trace.contains("\"name\":\"step %d\"".formatted(account.steps())));
        assertTrue(
                RecordingFile.readAllEvents(folder.resolve("run.jfr")).stream()
                        .anyMatch(event -> event.getEventType().getName().endsWith(".RunEnded")));
        try (Stream<Path> files = Files.list(folder)) {
            assertTrue(files.anyMatch(file -> file.toString().contains("events.out.tfevents")));
        }
    }

    private void scrape(PrometheusEndpoint endpoint) {
        int port = endpoint.address().orElseThrow().getPort();
        URI uri = URI.create("http://127.0.0.1:%d/metrics".formatted(port));
        try (InputStream in = uri.toURL().openStream()) {
            scraped = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
