package dev.retort.bench.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.retort.bench.portable.PortableRetort;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import picocli.CommandLine;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** On the libtorch of the class path, so on the CPU. */
class TrainingCommandTest {
    private static final List<String> SHORT =
            List.of("--rounds", "1", "--seconds", "0.2", "--case", "mlp-16-32-4");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir private Path folder;

    private int run(List<String> options, String... more) {
        List<String> arguments = new ArrayList<>(List.of("bench", "training"));
        arguments.addAll(options);
        arguments.addAll(List.of(more));
        return new PortableRetort()
                .asCommandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments.toArray(String[]::new));
    }

    @Test
    void bothWaysOfRetortAreMeasuredAndPythonStaysBlank() throws Exception {
        Path file = folder.resolve("deep").resolve("report.json");
        assertEquals(0, run(SHORT, "--python", "none", "--json", file.toString()), err.toString());
        JsonNode report = new ObjectMapper().readTree(file.toFile());
        assertEquals("MLP_16_32_4", report.at("/cases/0/name").asText());
        JsonNode ways = report.at("/cases/0/ways");
        assertEquals(5, ways.size());
        for (JsonNode way : ways) {
            boolean python = way.get("python").asBoolean();
            assertEquals(python, way.get("microseconds").isNull(), way::toString);
            assertEquals(python ? 0 : 1, way.get("roundsMicroseconds").size());
            assertTrue(python || way.get("microseconds").asDouble() > 0, way::toString);
        }
        assertFalse(report.at("/libtorch/version").asText().isBlank());
        assertEquals("[\"PyTorch: left out by --python none\"]", report.at("/absent").toString());
        assertEquals("[]", report.at("/failed").toString());
        assertTrue(out.toString().contains("report: " + file), out.toString());
        assertTrue(
                err.toString().contains("retort: round 1 of 1: MLP_16_32_4, Retort with additions"),
                err.toString());
    }

    @Test
    void whatPythonSaysStandsBesideAndWhatItDoesNotIsBlank() throws Exception {
        Path file = folder.resolve("report.json");
        String python =
                FakePython.printing(
                        folder,
                        FakePython.report(
                                "PyTorch 2.13.0",
                                "\"MLP_16_32_4 fused\": {\"median_us\": 2e9}, \"MLP_16_32_4 default\": {\"median_us\": 4e9}"));
        assertEquals(0, run(SHORT, "--python", python, "--json", file.toString()), err.toString());
        List<String> lines = out.toString().lines().map(String::strip).toList();
        assertTrue(lines.contains("PyTorch foreach"), lines::toString);
        assertTrue(
                lines.stream()
                        .anyMatch(
                                line ->
                                        line.matches(
                                                "PyTorch default +4,000,000,000\\.0 .* 2\\.00")),
                lines::toString);
        assertTrue(
                lines.stream().anyMatch(line -> line.matches("Retort with additions .* 0\\.00")),
                lines::toString);
        JsonNode report = new ObjectMapper().readTree(file.toFile());
        assertEquals("PyTorch 2.13.0", report.at("/python/torch").asText());
        assertEquals("cpu", report.at("/python/device").asText());
        assertEquals("[]", report.at("/absent").toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--rounds 0 | expected --rounds of at least 1, found 0",
                "--rounds x | expected a whole number, found x",
                "--threads 0 | expected --threads of at least 1, found 0",
                "--threads 100000 | expected --threads of at most ",
                "--seconds 0 | expected from 0.1 to 60.0 seconds, found 0",
                "--case resnet | expected mlp_784_256_10, mlp_16_32_4, cnn or encoder, found resnet",
                "--json / | expected a file for --json, found /, which is none"
            })
    void badInputIsOneSentence(String options, String sentence) {
        assertEquals(
                CommandLine.ExitCode.USAGE, run(List.of(options.split(" ", -1))), out.toString());
        List<String> lines = err.toString().lines().toList();
        assertTrue(lines.getFirst().startsWith("retort: "), err.toString());
        assertTrue(lines.getFirst().contains(sentence), err.toString());
        assertEquals(2, lines.size(), err.toString());
        assertEquals("", out.toString());
    }
}
