package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

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
    void aFolderThatIsNoneIsOneSentence() throws IOException {
        Path nope = folder.resolve("nope");
        assertEquals("retort: there is no file or folder " + nope + "\n", refused(nope));
        assertEquals("retort: there is no file or folder " + nope + "\n", refused(nope, "--json"));
        Path file = Files.writeString(folder.resolve("file"), "");
        assertEquals("retort: " + file + ": expected a folder\n", refused(file));
        assertFalse(Files.exists(nope), "whoever looks makes nothing");
    }

    private static String refused(Path folder, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = Retort.commandLine();
        command.setOut(new PrintWriter(out));
        command.setErr(new PrintWriter(err));
        List<String> all = new ArrayList<>(List.of("top", "--folder", folder.toString()));
        all.addAll(List.of(arguments));
        assertEquals(1, command.execute(all.toArray(String[]::new)));
        assertEquals("", out.toString());
        return err.toString();
    }

    @Test
    void anIntervalHasBounds() {
        StringWriter err = new StringWriter();
        CommandLine command = Retort.commandLine();
        command.setErr(new PrintWriter(err));
        assertEquals(2, command.execute("top", "--interval", "0"));
        assertTrue(err.toString().contains("expected from 0.1 to 60.0 seconds, found 0"));
    }
}
