package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.store.EventStore;
import dev.retort.experiment.task.Outcome;
import dev.retort.experiment.task.Task;
import dev.retort.experiment.task.TaskContext;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.tools.ToolProvider;

/** Tasks that somebody else wrote, and the JVMs in which they run. */
class OwnTaskTest {
    @TempDir private Path folder;

    /** Gives what its JVM was told. */
    public static final class Told implements Task {
        @Override
        public Outcome run(TaskContext context) {
            return new Outcome.Finished(
                    Map.of(
                            "told", (double) Integer.getInteger("retort.told", 0),
                            "threads", (double) Integer.getInteger("dev.retort.torch.threads", 0)));
        }
    }

    /** The lines of the README are done one after the other, but for the build and the launcher. */
    @Test
    void theExampleOfTheReadmeRuns() throws Exception {
        String readme = Files.readString(Path.of("../README.md"));
        Matcher files =
                Pattern.compile("cat >(\\S+) <<'END'\n(.*?\n)END\n", Pattern.DOTALL)
                        .matcher(readme);
        List<Path> written = new ArrayList<>();
        while (files.find()) {
            Path file = folder.resolve(files.group(1));
            Files.createDirectories(file.resolveSibling("classes"));
            written.add(Files.writeString(file, files.group(2)));
        }
        assertEquals(
                List.of(folder.resolve("mine/Coin.java"), folder.resolve("mine/coins.json")),
                written);
        Path classes = folder.resolve("mine/classes");
        assertTrue(readme.contains("-d mine/classes mine/Coin.java"));
        assertTrue(readme.contains("export RETORT_CLASS_PATH=mine/classes\n"));
        assertCompiles(written.getFirst(), classes);
        List<String> commands =
                readme.lines()
                        .dropWhile(line -> !line.startsWith("export RETORT_CLASS_PATH="))
                        .skip(1)
                        .takeWhile(line -> line.startsWith("./retort "))
                        .map(line -> line.replaceAll(" *#.*", ""))
                        .toList();
        assertEquals(3, commands.size(), commands.toString());
        String last = "";
        for (String command : commands) {
            last = retort(classes, command.split(" ", -1));
        }
        assertTrue(last.contains("fair") && last.contains("bent"), last);
        assertTrue(last.contains("heads"), last);
    }

    private static void assertCompiles(Path source, Path classes) {
        int exit =
                ToolProvider.getSystemJavaCompiler()
                        .run(
                                null,
                                null,
                                null,
                                "-proc:none",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "-d",
                                classes.toString(),
                                source.toString());
        assertEquals(0, exit);
    }

    @Test
    void theTaskOfTheReadmeThatGoesOnCompiles() throws Exception {
        Matcher task =
                Pattern.compile("```java\n([^`]*context\\.resumption\\(\\)[^`]*)```")
                        .matcher(Files.readString(Path.of("../README.md")));
        assertTrue(task.find());
        Path file = Files.writeString(folder.resolve("Sum.java"), task.group(1));
        assertCompiles(file, folder);
    }

    /** As the launcher starts it. */
    private String retort(Path classes, String... command)
            throws IOException, InterruptedException {
        List<String> java =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path")
                                        + File.pathSeparator
                                        + folder.relativize(classes),
                                Retort.class.getName()));
        java.addAll(Arrays.asList(command).subList(1, command.length));
        Process process =
                new ProcessBuilder(java)
                        .directory(folder.toFile())
                        .redirectError(folder.resolve("errors").toFile())
                        .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue(), Files.readString(folder.resolve("errors")));
        return out;
    }

    @Test
    void optionsReachTheJvmsOfRunsAndTheLaterOnesCount() throws Exception {
        Path file = folder.resolve("told.json");
        Files.writeString(
                file,
                """
                {"experiment": {"id": "e", "team": "t", "seeds": [1], "arms": [
                    {"name": "a", "task": "TASK", "config": {}, "data": "d"}]}}
                """
                        .replace("TASK", Told.class.getName()));
        lab(0, "submit", file.toString());
        assertEquals(
                "retort: option of the JVM is \"Xmx2g\": expected one that begins with a dash,"
                        + " such as -Xmx2g",
                lab(1, "run", "--jvm-option", "Xmx2g").strip());
        lab(
                0,
                "run",
                "--jvm-option=-Dretort.told=3",
                "--jvm-option",
                "-Ddev.retort.torch.threads=2");
        try (EventStore store = EventStore.open(folder.resolve("lab"))) {
            RunView run = new Lab(store, "ada").run("e/a/1").orElseThrow();
            assertEquals(Map.of("told", 3.0, "threads", 2.0), run.values(), run.reason());
        }
    }

    /** What is printed: the answer, or what went wrong. */
    private String lab(int expected, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter errors = new StringWriter();
        String store = folder.resolve("lab").toString();
        List<String> all = new ArrayList<>(List.of("lab", "--store", store));
        all.addAll(List.of(arguments));
        int code =
                Retort.commandLine()
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(errors))
                        .execute(all.toArray(String[]::new));
        assertEquals(expected, code, out + "\n" + errors);
        return code == 0 ? out.toString() : errors.toString();
    }
}
