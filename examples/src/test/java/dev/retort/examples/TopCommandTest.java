package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.retort.efficiency.status.RunStatus;
import dev.retort.efficiency.status.RunStatus.Bound;
import dev.retort.efficiency.status.RunStatus.Publisher;
import dev.retort.examples.TopSnapshot.Gpu;
import dev.retort.examples.TopSnapshot.Machine;
import dev.retort.examples.TopSnapshot.Run;

import org.jline.utils.AttributedString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

class TopCommandTest {
    private static final String NAME = "a\033[2Jrun";
    private static final String SHOWN = "a\uFFFD[2Jrun";

    @TempDir Path folder;

    private String run(String... arguments) {
        StringWriter out = new StringWriter();
        CommandLine command = Retort.commandLine();
        command.setOut(new PrintWriter(out));
        List<String> all = new ArrayList<>(List.of("top", "--folder", folder.toString()));
        all.addAll(List.of(arguments));
        assertEquals(0, command.execute(all.toArray(String[]::new)));
        return out.toString();
    }

    private Process start() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        PublishedRun.class.getName(),
                        folder.toString(),
                        NAME)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private void awaitStatus() throws IOException, InterruptedException {
        for (int i = 0; i < 600; i++) {
            try (Stream<Path> files = Files.list(folder)) {
                if (files.anyMatch(file -> file.toString().endsWith(".json"))) {
                    return;
                }
            }
            Thread.sleep(100);
        }
        throw new AssertionError("the run did not show itself for a minute");
    }

    @Test
    void aRunOfAnotherProcessIsSeenAndLostWhenItIsKilled() throws Exception {
        Process process = start();
        try {
            awaitStatus();
            String text = run("--once");
            assertFalse(text.contains("\033"), text);
            List<String> lines = text.lines().toList();
            assertTrue(lines.get(1).startsWith("CPU  ["), text);
            assertTrue(lines.get(3).startsWith("GPU"), text);
            String row = lines.stream().filter(l -> l.startsWith(SHOWN)).findFirst().orElseThrow();
            assertTrue(row.contains(" running "), row);
            assertTrue(text.contains("pid " + process.pid() + " · "), text);
            assertTrue(text.contains("team=vision"), text);
            JsonNode json = new ObjectMapper().readTree(run("--json"));
            assertEquals(1, json.at("/runs").size());
            JsonNode run = json.at("/runs/0");
            assertEquals("RUNNING", run.at("/state").asText());
            assertEquals(NAME, run.at("/status/name").asText());
            assertEquals(process.pid(), run.at("/status/process/pid").asLong());
            long sum = 0;
            for (JsonNode nanos : run.at("/status/buckets")) {
                sum += nanos.asLong();
            }
            assertEquals(run.at("/status/elapsedNanos").asLong(), sum);
            assertTrue(json.at("/machine/busy").asDouble() > 0, json::toString);
            assertEquals(json.at("/gpus").isEmpty(), json.at("/gpusAbsent").isTextual());
        } finally {
            process.destroyForcibly();
        }
        assertEquals(128 + 9, process.waitFor());
        String text = run("--once");
        String row = text.lines().filter(l -> l.startsWith(SHOWN)).findFirst().orElseThrow();
        assertTrue(row.contains(" lost "), row);
        assertTrue(text.contains("process died, last seen "), text);
        assertEquals(
                "LOST", new ObjectMapper().readTree(run("--json")).at("/runs/0/state").asText());
    }

    @Test
    void aRunThatEndedInOrderIsShownAsEnded() throws Exception {
        Process process = start();
        try {
            awaitStatus();
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals("open\n", said);
            assertEquals(0, process.waitFor());
        } finally {
            process.destroyForcibly();
        }
        JsonNode json = new ObjectMapper().readTree(run("--json"));
        assertEquals("ENDED", json.at("/runs/0/state").asText());
        assertEquals("SUCCEEDED", json.at("/runs/0/status/outcome").asText());
        assertEquals(0.0, json.at("/runs/0/pending").asDouble());
        assertTrue(json.at("/runs/0/goodput").asDouble() > 0);
    }

    @Test
    void withoutRunsItSaysHowToShowOne() {
        String text = run();
        assertTrue(text.contains("No runs. A run shows up here if"), text);
        assertTrue(text.contains("Looked in " + folder), text);
    }

    @Test
    void aFolderThatOthersCanReadIsNotTrusted() throws IOException {
        Path open = Files.createDirectory(folder.resolve("open"));
        Files.setPosixFilePermissions(
                open, java.nio.file.attribute.PosixFilePermissions.fromString("rwxrwxrwx"));
        StringWriter out = new StringWriter();
        CommandLine command = Retort.commandLine();
        command.setOut(new PrintWriter(out));
        assertEquals(0, command.execute("top", "--once", "--folder", open.toString()));
        assertTrue(out.toString().contains("The runs cannot be read: expected a folder"));
    }

    @Test
    void anIntervalHasBounds() {
        StringWriter err = new StringWriter();
        CommandLine command = Retort.commandLine();
        command.setErr(new PrintWriter(err));
        assertEquals(2, command.execute("top", "--interval", "0"));
        assertTrue(err.toString().contains("expected from 0.1 to 60.0 seconds, found 0"));
    }

    private static Run run(int i, String state, double loss) {
        RunStatus status =
                new RunStatus(
                        "run-" + i,
                        Map.of("team", "日本語".repeat(30)),
                        new Publisher(100 + i, "tick 1"),
                        1,
                        state.equals("ENDED") ? "SUCCEEDED" : "RUNNING",
                        1000 + i,
                        2000,
                        5_000_000_000L,
                        Map.of("INPUT_STALL", 5_000_000_000L),
                        1_234_567 + i,
                        99,
                        10.0,
                        123_456.0,
                        new Bound("INPUT", "HIGH", loss, 5.0, "evidence"),
                        0.123,
                        null,
                        0.041,
                        1500L,
                        0.98,
                        1L << 30,
                        Map.of("UNBALANCED_END", 2L));
        return new Run(state, 1, 2.0, 0.6, 0.1, "INPUT_STALL", loss, status);
    }

    private static List<String> draw(
            List<Gpu> gpus, List<Run> runs, TopOrder order, int columns, int rows) {
        TopSnapshot snapshot =
                new TopSnapshot(
                        "now",
                        new Machine("Some CPU", 4, 0.5, List.of(0.0, 0.5, 1.0), 4L << 30, 8L << 30),
                        gpus,
                        gpus.isEmpty() ? "no driver\033[2J" : null,
                        runs,
                        "/folder",
                        null);
        List<AttributedString> lines = TopScreen.draw(snapshot, order, "title", columns, rows);
        assertTrue(lines.size() <= rows, lines::toString);
        for (AttributedString line : lines) {
            assertTrue(line.columnLength() <= columns, line::toString);
            assertFalse(line.toString().contains("\033"), line::toString);
        }
        return lines.stream().map(AttributedString::toString).toList();
    }

    @Test
    void everythingOfARunFitsEightyColumns() {
        List<String> lines =
                draw(List.of(), List.of(run(1, "RUNNING", 0.2)), TopOrder.STATE, 80, 24);
        String all = String.join("\n", lines);
        assertTrue(
                lines.contains(
                        "run-1             running 1,234,568  123,456  60.0 %  10.0 %"
                                + "  input stall 20.0 %"),
                all);
        for (String part :
                List.of(
                        "input-bound, at most 5.00x",
                        "MFU 12.3 %",
                        "JVM 4.1 %",
                        "CPU 98 %",
                        "1.0 GiB",
                        "commit 2.0 s ago",
                        "pid 101",
                        "anomalies 2",
                        "team=日本語")) {
            assertTrue(all.contains(part), part + " in\n" + all);
        }
    }

    @Test
    void aRunThatSaysNothingMoreHasAnAgeAndNoRates() {
        Run run = run(1, "RUNNING", 0.2);
        Run silent = new Run("RUNNING", 90, 2.0, 0.6, 0.1, "INPUT_STALL", 0.2, run.status());
        assertFalse(run.isSilent());
        assertTrue(silent.isSilent());
        String all = String.join("\n", draw(List.of(), List.of(silent), TopOrder.STATE, 80, 24));
        assertTrue(all.contains("run-1             silent  1,234,568        —  60.0 %"), all);
        assertTrue(all.contains("nothing new for 1 min 30 s"), all);
        assertFalse(all.contains("123,456"), all);
        assertFalse(all.contains("CPU 98 %"), all);
    }

    @Test
    void whatIsAbsentOfARunIsADash() {
        RunStatus young =
                new RunStatus(
                        "young",
                        Map.of(),
                        new Publisher(7, "tick 1"),
                        1,
                        "RUNNING",
                        1000,
                        2000,
                        0,
                        Map.of(),
                        3,
                        0,
                        null,
                        null,
                        new Bound("INPUT", "HIGH", 1, null, "evidence"),
                        null,
                        "no peak",
                        null,
                        null,
                        null,
                        null,
                        Map.of());
        Run run = new Run("RUNNING", 1, null, null, null, null, null, young);
        List<Run> runs = List.of(run, run(1, "RUNNING", 0));
        for (TopOrder order : TopOrder.values()) {
            String all = String.join("\n", draw(List.of(), runs, order, 80, 24));
            assertTrue(all.contains("input-bound, gain without bound"), all);
            assertTrue(
                    all.contains("young             running         3        —       —       —  —"),
                    all);
        }
        assertTrue(draw(List.of(), runs, TopOrder.LOSS, 80, 24).get(6).startsWith("run-1 "));
    }

    @Test
    void gpusHaveALineEach() {
        Gpu gpu =
                new Gpu(
                        "H100",
                        "GPU-1",
                        null,
                        0.87,
                        4.0 * (1L << 30),
                        80.0 * (1L << 30),
                        512.0,
                        700.0,
                        61.0,
                        1.755e9,
                        2.619e9,
                        List.of("SOFTWARE_POWER_CAP", "IDLE"));
        Gpu lost =
                new Gpu(
                        "H100",
                        "GPU-2",
                        "fell off the bus",
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        List.of());
        List<String> lines = draw(List.of(gpu, lost), List.of(), TopOrder.STATE, 160, 24);
        assertEquals(
                "GPU0 [|||||||||||||||||   ] 87.0 %  4.0 GiB/80 GiB  512/700 W  61 °C"
                        + "  1755/2619 MHz  software power cap  H100",
                lines.get(3));
        assertEquals("GPU1 lost: fell off the bus", lines.get(4));
    }

    @Test
    void ofManyRunsThoseThatFitAreShownInOrder() {
        List<Run> runs =
                IntStream.range(0, 20)
                        .mapToObj(i -> run(i, i == 3 ? "RUNNING" : "ENDED", i / 20.0))
                        .toList();
        List<String> lines = draw(List.of(), runs, TopOrder.STATE, 120, 15);
        assertTrue(lines.size() > 12, lines::toString);
        assertTrue(lines.get(6).startsWith("run-3 "), lines.get(6));
        assertTrue(lines.getLast().matches("… and 1[0-9] more"), lines.getLast());
        assertTrue(draw(List.of(), runs, TopOrder.LOSS, 120, 15).get(6).startsWith("run-19 "));
        assertTrue(draw(List.of(), runs, TopOrder.NAME, 120, 15).get(6).startsWith("run-0 "));
        assertEquals(7, draw(List.of(), runs, TopOrder.NAME, 40, 7).size());
    }
}
