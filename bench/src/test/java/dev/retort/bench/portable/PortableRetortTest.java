package dev.retort.bench.portable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.retort.torch.TorchEngine;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The command line on what the bundle has: the libraries that its descriptor names, and the modules
 * of its Java runtime.
 */
class PortableRetortTest {
    private static final Pattern INCLUDE =
            Pattern.compile("<include>([\\w.-]+):([\\w.*-]+)(?::\\*)?</include>");
    private static final Pattern MODULES =
            Pattern.compile("--add-modules</argument>\\s*<argument>([^<]+)<");

    @TempDir private Path folder;

    /** Of a process that has ended. */
    private record Ended(int exitCode, String output) {}

    /** In a process of its own. */
    private static Ended run(Path libtorch, String... arguments)
            throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--limit-modules=" + modules(),
                        "-Ddev.retort.libtorch=" + libtorch,
                        "-cp",
                        classPath(),
                        PortableRetort.class.getName());
        builder.command().addAll(List.of(arguments));
        Process process = builder.redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), output);
    }

    private static String modules() throws IOException {
        Matcher matcher = MODULES.matcher(Files.readString(Path.of("pom.xml")));
        assertTrue(matcher.find());
        return matcher.group(1);
    }

    /** This project's own modules, and of the local repository what the bundle has too. */
    private static String classPath() throws IOException {
        String descriptor = Files.readString(Path.of("src", "main", "portable", "bundle.xml"));
        List<Pattern> bundled =
                INCLUDE.matcher(descriptor)
                        .results()
                        .map(
                                include ->
                                        Pattern.compile(
                                                ".*/%s/%s/[^/]+/[^/]+"
                                                        .formatted(
                                                                include.group(1).replace('.', '/'),
                                                                include.group(2)
                                                                        .replace("*", "[^/]*"))))
                        .toList();
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(
                        entry ->
                                entry.contains("/target/")
                                        || bundled.stream()
                                                .anyMatch(one -> one.matcher(entry).matches()))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static Path libtorch() {
        return TorchEngine.libtorch().optional().orElseThrow().location().folder();
    }

    @Test
    @Tag("slow")
    void aStepIsMeasured() throws Exception {
        Path file = folder.resolve("report.json");
        Ended ended =
                run(
                        libtorch(),
                        "bench",
                        "training",
                        "--python=none",
                        "--rounds=1",
                        "--seconds=0.1",
                        "--case=mlp-16-32-4",
                        "--json=" + file);
        assertEquals(0, ended.exitCode(), ended.output());
        JsonNode report = new ObjectMapper().readTree(file.toFile());
        assertTrue(report.at("/cases/0/ways/0/microseconds").asDouble() > 0, report::toString);
        assertTrue(report.at("/cases/0/ways/1/microseconds").asDouble() > 0, report::toString);
    }

    @Test
    @Tag("slow")
    void aStudentIsDistilled() throws Exception {
        Path out = folder.resolve("out");
        Ended ended =
                run(
                        libtorch(),
                        "distill",
                        "--seeds=2",
                        "--epochs=1",
                        "--teacher-epochs=1",
                        "--out=" + out);
        assertEquals(0, ended.exitCode(), ended.output());
        assertTrue(Files.exists(out.resolve("report.html")), ended.output());
        assertTrue(Files.exists(out.resolve("student-distilled.safetensors")), ended.output());
    }

    @Test
    void withoutALibtorchTrainingIsNotMeasuredAndTheReasonIsGiven() throws Exception {
        Path file = folder.resolve("report.json");
        Ended ended =
                run(folder, "bench", "training", "--python", "none", "--json", file.toString());
        assertEquals(0, ended.exitCode(), ended.output());
        assertTrue(
                ended.output()
                        .contains(
                                "absent: no libtorch: system property dev.retort.libtorch: no"
                                        + " libtorch_cpu.so in "
                                        + folder),
                ended.output());
        JsonNode report = new ObjectMapper().readTree(file.toFile());
        assertTrue(report.get("device").isNull());
        assertTrue(report.at("/cases/0/ways/0/microseconds").isNull());
        assertEquals(2, report.get("absent").size());
    }

    @Test
    void distillSaysInASentenceThatThereIsNoLibtorch() throws Exception {
        Path out = folder.resolve("out");
        Ended ended = run(folder, "distill", "--out", out.toString());
        assertEquals(1, ended.exitCode(), ended.output());
        assertTrue(
                ended.output()
                        .contains(
                                "retort: No libtorch for the engine Retort: system property"
                                        + " dev.retort.libtorch: no libtorch_cpu.so in "),
                ended.output());
        assertFalse(ended.output().contains("Exception"), ended.output());
        assertFalse(Files.exists(out));
    }

    @Test
    void djlsEngineIsRefusedWhereItIsNotThere() throws Exception {
        Ended ended = run(folder, "distill", "--engine", "pytorch");
        assertEquals(CommandLine.ExitCode.USAGE, ended.exitCode(), ended.output());
        assertTrue(
                ended.output()
                        .contains(
                                "retort: expected the engine Retort, since this program comes"
                                        + " without DJL's own libtorch, found PyTorch"),
                ended.output());
    }

    @Test
    void textsAreNoCommand() {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command =
                new PortableRetort()
                        .asCommandLine()
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(err));
        assertEquals(CommandLine.ExitCode.USAGE, command.execute("distill", "text"));
        assertTrue(err.toString().startsWith("retort: Unmatched argument"), err.toString());
        assertEquals(0, command.execute("distill", "--help"));
        assertTrue(out.toString().contains("./retort distill --resume"), out.toString());
        assertFalse(out.toString().contains("distill text"), out.toString());
    }
}
