package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.util.Objects.requireNonNull;

import dev.retort.experiment.lab.Submission;
import dev.retort.experiment.task.Outcome;
import dev.retort.experiment.task.Task;
import dev.retort.experiment.task.TaskContext;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.Path;

/** Experiments on the command line. */
class LabCommandTest extends LabFiles {
    @Test
    void whatIsSubmittedIsListedAndCanBeCancelled() throws Exception {
        assertEquals(0, submit());
        assertEquals(2, json().get("runs").intValue());
        assertEquals(0, submit());
        assertTrue(json().get("submittedBefore").booleanValue());
        assertEquals(0, lab("cancel", "e/a/1", "--reason", "enough"));
        assertEquals("CANCELLED", json().get("state").textValue());
        assertEquals(0, lab("list", "--state", "queued", "--json"));
        assertEquals(1, json().size());
        assertEquals("e/b/1", json().get(0).get("run").textValue());
        assertEquals(0, lab("list"));
        assertTrue(out.toString().contains("e/b/1     queued"), out::toString);
        assertEquals(0, lab("why", "e/a/1"));
        assertEquals("enough", json().get("reason").textValue());
        assertEquals(1, lab("resume", "e/a/1"));
        assertEquals(
                "retort: run e/a/1 is CANCELLED: expected one that is paused; \"lab retry e/a/1\""
                        + " has it tried again\n",
                err.toString());
        assertEquals(1, lab("resume", "e/b/1"));
        assertEquals("retort: run e/b/1 is QUEUED: expected one that is paused\n", err.toString());
        assertEquals(0, lab("pause", "e/b/1"));
        assertEquals(0, lab("resume", "e/b/1"));
        assertEquals("QUEUED", json().get("state").textValue());
        assertEquals(0, lab("verdict", "h"));
        assertEquals(0, json().size());
        assertEquals("", err.toString());
    }

    @Test
    void aSearchIsListedBeforeItsFirstTrial() throws Exception {
        Path file = folder.resolve("search.json");
        Files.writeString(
                file,
                """
                {"experiment": {"id": "s", "team": "t", "search": {
                    "metric": "m", "direction": "LOWER_IS_BETTER", "by": "GRID",
                    "points": 1, "space": [{"name": "batch", "choices": [16, 32, true]}],
                    "trial": {"task": "%s", "code": "c", "data": "d"}}}}
                """
                        .formatted(Echo.class.getName()));
        assertEquals(0, lab("submit", file.toString()));
        assertEquals(3, json().get("trials").intValue());
        assertEquals(0, lab("list"));
        assertTrue(out.toString().contains("s    no trial yet"), out::toString);
        assertEquals(0, lab("list", "--json"));
        assertEquals(1, json().size());
        assertEquals("s", json().get(0).get("search").textValue());
        assertEquals(3, json().get(0).get("of").intValue());
        assertTrue(json().get(0).get("reason").textValue().contains("lab run"));
        assertEquals(0, lab("list", "--state", "queued", "--json"));
        assertEquals(0, json().size());
        assertEquals(0, lab("close", "s"));
        assertEquals(0, lab("list", "--team", "t", "--json"));
        assertEquals(
                "it was closed before its first trial", json().get(0).get("reason").textValue());
    }

    /** A run that fails, and what follows by itself. */
    @Test
    @Tag("slow")
    void aRunThatFailsIsOnlyAdvisedToBeTriedAgain() throws Exception {
        Path file = folder.resolve("broken.json");
        Files.writeString(
                file,
                """
                {"experiment": {"id": "b", "team": "t", "seeds": [1],
                    "arms": [{"name": "a", "task": "%s", "code": "c", "data": "d"}]}}
                """
                        .formatted(Broken.class.getName()));
        assertEquals(0, lab("submit", file.toString()));
        assertEquals(1, lab("run", "--cores", "1", "--automation", "advise"));
        assertEquals(1, json().get("FAILED").intValue());
        assertEquals(0, lab("automation"));
        assertTrue(out.toString().contains("b/a/1  retry, only advised (retry/"), out::toString);
    }

    /** The first run says what all others would do. */
    @Test
    @Tag("slow")
    void whatDoesNotReportItsMetricIsDecidedNoFurther() throws Exception {
        Path file = experiment();
        Files.writeString(file, Files.readString(file).replace("\"seed\"", "\"other\""));
        assertEquals(0, lab("submit", file.toString()));
        assertEquals(1, lab("decide", "e", "--cores", "1"));
        String said =
                "retort: the metric other of experiment e was never reported; reported were seed\n";
        assertTrue(err.toString().endsWith(said), err::toString);
        assertTrue(
                err.toString().contains("run e/a/1 did not report the metric other"),
                err::toString);
        assertEquals(1, lab("decide", "e"));
        assertEquals(said, err.toString());
    }

    /** Breaks its process. */
    public static final class Broken implements Task {
        @Override
        public Outcome run(TaskContext context) {
            Runtime.getRuntime().halt(3);
            return new Outcome.Stopped();
        }
    }

    @Test
    void helpFitsEightyColumnsAndKeepsAddressesWhole() {
        for (String name :
                requireNonNull(Retort.commandLine().getSubcommands().get("lab"))
                        .getSubcommands()
                        .keySet()) {
            assertEquals(0, run("lab", name, "--help"));
            out.toString()
                    .lines()
                    .forEach(line -> assertTrue(line.length() <= 80, () -> name + ": " + line));
            assertTrue(out.toString().contains("jdbc:sqlite:FILE"), name);
        }
    }

    @Test
    void theFileThatTheHelpShowsIsOne() {
        String help =
                String.join(
                        "\n",
                        requireNonNull(
                                        requireNonNull(
                                                        Retort.commandLine()
                                                                .getSubcommands()
                                                                .get("lab"))
                                                .getSubcommands()
                                                .get("submit"))
                                .getCommandSpec()
                                .usageMessage()
                                .footer());
        String arms = help.substring(help.indexOf("{\"hypothesis"), help.indexOf("A task is"));
        assertEquals("warm", Submission.parse(arms).experiment().hypothesis());
        String search =
                help.substring(help.indexOf("{\"experiment"), help.indexOf("Its task says"));
        assertEquals(50, requireNonNull(Submission.parse(search).experiment().search()).trials());
    }

    @Test
    void whatCannotBeRunHereIsSaid() throws Exception {
        assertEquals(0, submit());
        Path file = folder.resolve("experiment.json");
        String text = Files.readString(file);
        Files.writeString(
                file,
                text.replace("\"h\"", "\"g\"")
                        .replace("\"e\"", "\"f\"")
                        .replace("\"seeds\"", "\"resources\": {\"cores\": 64}, \"seeds\""));
        assertEquals(0, lab("cancel", "e/a/1"));
        assertEquals(0, lab("cancel", "e/b/1"));
        assertEquals(0, lab("submit", file.toString()));
        assertEquals(1, lab("run", "--cores", "2"));
        assertTrue(err.toString().contains("f/a/1 waits: "), err.toString());
        assertEquals(2, json().get("QUEUED").intValue());
        assertEquals(0, lab("why", "f/a/1"));
        assertEquals(
                "a scheduler with room for it: it needs 64 cores; of the other runs, 1 are queued"
                        + " and 0 at work",
                json().get("waitsFor").textValue());
    }

    @Test
    @Tag("slow")
    void whatIsQueuedIsRun() throws Exception {
        assertEquals(0, submit());
        assertEquals(0, lab("run", "--cores", "2"));
        assertEquals(2, json().get("SUCCEEDED").intValue());
        assertEquals(0, lab("list", "--json"));
        assertEquals(1.0, json().get(1).get("values").get("seed").doubleValue());
    }
}
