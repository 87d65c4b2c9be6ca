package dev.retort.efficiency.export.micrometer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.retort.efficiency.Anomaly;
import dev.retort.efficiency.RunMeter;
import dev.retort.efficiency.RunOptions;
import dev.retort.efficiency.export.ExportOptions;
import dev.retort.efficiency.export.Runs;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

@Timeout(60)
class PrometheusEndpointTest {
    private static final Optional<Path> PROMTOOL =
            Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                    .map(folder -> Path.of(folder, "promtool"))
                    .filter(Files::isExecutable)
                    .findFirst();

    private final Runs run = new Runs();
    private final PrometheusEndpoint endpoint = PrometheusEndpoint.on(0);

    @BeforeEach
    void start() {
        ExportOptions.of(run.meter).to(endpoint).every(Duration.ofHours(1)).start();
    }

    @AfterEach
    void close() {
        run.close();
    }

    private HttpURLConnection connect(String method, String path) throws IOException {
        URI uri =
                URI.create(
                        "http://127.0.0.1:%d%s"
                                .formatted(endpoint.address().orElseThrow().getPort(), path));
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setRequestMethod(method);
        return connection;
    }

    private String scrape() throws IOException {
        HttpURLConnection connection = connect("GET", "/metrics");
        assertEquals(200, connection.getResponseCode());
        assertEquals(
                "text/plain; version=0.0.4; charset=utf-8",
                connection.getHeaderField("Content-Type"));
        return new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private record Sample(String name, Map<String, String> labels, double value) {}

    /** A parser of the text format, by its grammar; throws on whatever is none of it. */
    private static final class Parser {
        private final String line;
        private int at;

        Parser(String line) {
            this.line = line;
        }

        static List<Sample> parse(String text) {
            assertTrue(text.endsWith("\n"));
            List<Sample> samples = new ArrayList<>();
            Map<String, String> types = new HashMap<>();
            Set<String> seen = new HashSet<>();
            for (String line : text.lines().toList()) {
                if (line.startsWith("# TYPE ")) {
                    String[] words = line.split(" ", -1);
                    assertEquals(4, words.length, line);
                    assertTrue(Set.of("counter", "gauge").contains(words[3]), line);
                    assertNull(types.put(words[2], words[3]), line);
                } else if (line.startsWith("# HELP ")) {
                    assertTrue(line.split(" ", -1).length >= 3, line);
                } else {
                    Sample sample = new Parser(line).sample();
                    assertTrue(types.containsKey(sample.name()), "no type before " + line);
                    if (types.get(sample.name()).equals("counter")) {
                        assertTrue(sample.name().endsWith("_total"), line);
                        assertTrue(sample.value() >= 0, line);
                    }
                    assertTrue(
                            seen.add(sample.name() + new TreeMap<>(sample.labels())),
                            "twice: " + line);
                    samples.add(sample);
                }
            }
            return samples;
        }

        private Sample sample() {
            String name = word("[a-zA-Z_:][a-zA-Z0-9_:]*");
            Map<String, String> labels = new HashMap<>();
            if (line.charAt(at) == '{') {
                at++;
                while (line.charAt(at) != '}') {
                    String key = word("[a-zA-Z_][a-zA-Z0-9_]*");
                    take('=');
                    take('"');
                    assertNull(labels.put(key, value()), line);
                    if (line.charAt(at) == ',') {
                        at++;
                    }
                }
                at++;
            }
            take(' ');
            return new Sample(name, labels, Double.parseDouble(line.substring(at)));
        }

        private String word(String pattern) {
            Matcher matcher = Pattern.compile(pattern).matcher(line).region(at, line.length());
            assertTrue(matcher.lookingAt(), "no name at " + at + " of " + line);
            at = matcher.end();
            return matcher.group();
        }

        private void take(char expected) {
            assertEquals(expected, line.charAt(at++), line);
        }

        private String value() {
            StringBuilder value = new StringBuilder();
            while (line.charAt(at) != '"') {
                char c = line.charAt(at++);
                if (c == '\\') {
                    char escaped = line.charAt(at++);
                    value.append(
                            switch (escaped) {
                                case 'n' -> '\n';
                                case '"', '\\' -> escaped;
                                default -> throw new AssertionError(line);
                            });
                } else {
                    value.append(c);
                }
            }
            at++;
            return value.toString();
        }
    }

    private static double value(List<Sample> samples, String name, String... labels) {
        List<Sample> found =
                samples.stream()
                        .filter(sample -> sample.name().equals(name))
                        .filter(sample -> sample.labels().values().containsAll(List.of(labels)))
                        .toList();
        assertEquals(1, found.size(), name);
        return found.getFirst().value();
    }

    @Test
    void aScrapeHasTheFiguresOfTheLastInterval() throws IOException {
        // At once, before the first interval has passed.
        assertEquals(0, value(Parser.parse(scrape()), "retort_run_steps_total"));
        for (int i = 0; i < 10; i++) {
            run.step();
        }
        PrometheusEndpoint second = PrometheusEndpoint.on(0);
        ExportOptions.of(run.meter).to(second).every(Duration.ofHours(1)).start();
        List<Sample> samples = Parser.parse(scrape(second));
        assertEquals(10, value(samples, "retort_run_steps_total"));
        assertEquals(0.1, value(samples, "retort_run_elapsed_seconds_total"), 1e-12);
        assertEquals(
                0.04, value(samples, "retort_run_time_seconds", "INPUT", "INPUT_STALL"), 1e-12);
        assertTrue(samples.stream().allMatch(one -> "run \"1\"".equals(one.labels().get("run"))));
        assertTrue(samples.stream().allMatch(one -> "vision".equals(one.labels().get("team"))));
        assertTrue(samples.stream().noneMatch(one -> Double.isNaN(one.value())));
        assertTrue(samples.stream().noneMatch(one -> one.name().startsWith("retort_run_tokens")));
    }

    private static String scrape(PrometheusEndpoint endpoint) throws IOException {
        URI uri = URI.create("http://127.0.0.1:%d/metrics".formatted(port(endpoint)));
        return new String(uri.toURL().openStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static int port(PrometheusEndpoint endpoint) {
        return endpoint.address().orElseThrow().getPort();
    }

    @Test
    void oddTagsAreEscaped() throws IOException {
        PrometheusEndpoint odd = PrometheusEndpoint.on(0);
        try (RunMeter meter = RunOptions.of("é").tag("odd", "a\\b \"c\"\nd").open()) {
            ExportOptions.of(meter).to(odd).every(Duration.ofHours(1)).start();
            for (Sample sample : Parser.parse(scrape(odd))) {
                assertEquals("a\\b \"c\"\nd", sample.labels().get("odd"));
                assertEquals("é", sample.labels().get("run"));
            }
        }
    }

    /** Debian's package prometheus has the tool; where it is missing this says so. */
    @Test
    void prometheusOwnCheckAcceptsIt() throws Exception {
        assumeTrue(PROMTOOL.isPresent(), "there is no promtool on the PATH");
        run.step();
        Process process =
                new ProcessBuilder(PROMTOOL.get().toString(), "check", "metrics")
                        .redirectErrorStream(true)
                        .start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(scrape().getBytes(StandardCharsets.UTF_8));
        }
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        process.getInputStream().transferTo(said);
        assertEquals(0, process.waitFor(), said.toString(StandardCharsets.UTF_8));
    }

    @Test
    void openMetricsForWhoeverAcceptsIt() throws IOException {
        HttpURLConnection connection = connect("GET", "/metrics");
        connection.setRequestProperty(
                "Accept", "application/openmetrics-text;version=1.0.0,text/plain;q=0.5");
        assertTrue(
                connection
                        .getHeaderField("Content-Type")
                        .startsWith("application/openmetrics-text"));
        String text =
                new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(text.endsWith("# EOF\n"));
    }

    @Test
    void otherRequestsAreRefused() throws IOException {
        assertEquals(404, connect("GET", "/metricsandmore").getResponseCode());
        assertEquals(404, connect("GET", "/").getResponseCode());
        assertEquals(405, connect("DELETE", "/metrics").getResponseCode());
        assertEquals(200, connect("HEAD", "/metrics").getResponseCode());
    }

    @Test
    void aPortInUseIsAnAnomaly() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                RunMeter meter = RunOptions.of("late").open()) {
            PrometheusEndpoint late = PrometheusEndpoint.on(taken.getLocalPort());
            ExportOptions.of(meter).to(late).every(Duration.ofHours(1)).start();
            assertTrue(late.address().isEmpty());
            assertEquals(Map.of(Anomaly.EXPORT_FAILED, 1L), meter.snapshot().anomalies());
        }
    }

    @Test
    void itEndsWithTheRun() {
        InetAddress address = endpoint.address().orElseThrow().getAddress();
        assertTrue(address.isLoopbackAddress(), address::toString);
        run.meter.finish();
        assertTrue(endpoint.address().isEmpty());
    }
}
