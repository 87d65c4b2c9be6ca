package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.retort.experiment.lab.Submission;
import dev.retort.experiment.task.Outcome;
import dev.retort.experiment.task.Task;
import dev.retort.experiment.task.TaskContext;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Experiments on the command line. */
class LabCommandTest {
    @TempDir Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    /** Gives its seed back. */
    public static final class Echo implements Task {
        @Override
        public Outcome run(TaskContext context) {
            return new Outcome.Finished(Map.of("seed", (double) context.seed()));
        }
    }

    @Test
    void whatIsSubmittedIsListedAndCanBeCancelled() throws Exception {
        assertEquals(0, submit());
        assertEquals(2, json().get("runs").intValue());
        assertEquals(0, submit());
        assertTrue(json().get("submittedBefore").booleanValue());
        assertEquals(0, lab("cancel", "e/a/1", "--reason", "enough"));
        assertEquals("CANCELLED", json().get("state").textValue());
        assertEquals(0, lab("list", "--state", "queued"));
        assertEquals(1, json().size());
        assertEquals("e/a/2", json().get(0).get("run").textValue());
        assertEquals(0, lab("why", "e/a/1"));
        assertEquals("enough", json().get("reason").textValue());
        assertEquals(0, lab("verdict", "h"));
        assertEquals(0, json().size());
        assertEquals("", err.toString());
    }

    @Test
    void whatIsWrongIsOneSentence() throws Exception {
        assertEquals(1, lab("list"));
        assertEquals(
                "retort: no experiments are kept in "
                        + folder.resolve("store")
                        + ": expected a folder that \"retort lab submit\" made\n",
                err.toString());
        assertTrue(Files.notExists(folder.resolve("store")));
        assertEquals(0, submit());
        assertEquals(1, lab("verdict", "e"));
        assertEquals("retort: no hypothesis is called e: expected one of [h]\n", err.toString());
        Path other = folder.resolve("experiment.json");
        Files.writeString(other, Files.readString(other).replace("[1, 2]", "[1, 2, 3]"));
        assertEquals(1, lab("submit", other.toString()));
        assertEquals(
                "retort: experiment e was submitted with another content: expected the same, or"
                        + " another id\n",
                err.toString());
        assertEquals(1, lab("cancel", "no/such/1"));
        assertEquals("retort: run no/such/1 does not exist\n", err.toString());
        Path file = Files.writeString(folder.resolve("bad.json"), "{\"experiment\": {}}");
        assertEquals(1, lab("submit", file.toString()));
        assertEquals(
                "retort: " + file + ": experiment: expected a field \"id\", found none\n",
                err.toString());
        assertEquals(1, lab("submit", folder.toString()));
        assertEquals("retort: " + folder + ": expected a file, found a folder\n", err.toString());
        Files.writeString(other, Files.readString(other).replace(Echo.class.getName(), "no.Task"));
        assertEquals(1, lab("submit", other.toString()));
        assertEquals(
                "retort: arm a: the task no.Task does not exist: expected a class on the class"
                        + " path, or --unchecked where it runs elsewhere\n",
                err.toString());
        assertEquals(1, lab("run", "--cores", "0"));
        assertEquals("retort: --cores is 0: expected at least 1\n", err.toString());
        assertEquals(1, run("lab", "list", "--store", "jdbc:oracle:x"));
        assertEquals(
                "retort: the store is \"jdbc:oracle:x\": expected a folder, jdbc:sqlite:FILE or"
                        + " jdbc:postgresql://HOST/DATABASE\n",
                err.toString());
    }

    @Test
    void textThatIsNoJsonIsToldWithItsPlace() throws Exception {
        Path file = Files.writeString(folder.resolve("bad.json"), "{\"experiment\":\n  {id: 3}}");
        assertEquals(1, lab("submit", file.toString()));
        assertEquals(
                "retort: "
                        + file
                        + ": line 2, column 4: expected the name of a field in double quotes, found"
                        + " \"i\"\n",
                err.toString());
        Files.write(file, new byte[] {'{', (byte) 0xE9});
        assertEquals(1, lab("submit", file.toString()));
        assertEquals(
                "retort: " + file + ": expected text in UTF-8, found other bytes\n",
                err.toString());
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
        assertEquals(1, json().size());
        assertEquals("s", json().get(0).get("search").textValue());
        assertEquals(3, json().get(0).get("of").intValue());
        assertTrue(json().get(0).get("reason").textValue().contains("lab run"));
        assertEquals(0, lab("list", "--state", "queued"));
        assertEquals(0, json().size());
        assertEquals(0, lab("close", "s"));
        assertEquals(0, lab("list", "--team", "t"));
        assertEquals(
                "it was closed before its first trial", json().get(0).get("reason").textValue());
    }

    @Test
    void budgetsOfMoneyNeedAPriceAndSharesAreChecked() throws Exception {
        assertEquals(0, submit());
        Path file = folder.resolve("experiment.json");
        Files.writeString(
                file,
                Files.readString(file)
                        .replace("\"e\"", "\"f\"")
                        .replace("\"seeds\"", "\"budget\": {\"money\": 1}, \"seeds\""));
        assertEquals(0, lab("submit", file.toString()));
        assertEquals(1, lab("run"));
        assertEquals(
                "retort: experiment f has a budget of money: expected --price, what an hour of a"
                        + " device costs\n",
                err.toString());
        assertEquals(1, lab("run", "--price", "-2"));
        assertEquals("retort: --price is -2.0: expected a price from 0\n", err.toString());
        assertEquals(1, lab("run", "--price", "2", "--share", "t=0"));
        assertEquals(
                "retort: the share of team t is 0.0: expected a finite number above 0\n",
                err.toString());
        assertEquals(2, lab("run", "--lease", "0"));
        assertTrue(err.toString().contains("expected from 0.1 to 60.0 seconds"), err.toString());
    }

    @Test
    void whatMayBeDoneWithoutAPersonIsChecked() throws Exception {
        assertEquals(0, submit());
        assertEquals(1, lab("run", "--limit", "fork=1"));
        assertEquals(
                "retort: a limit is set for FORK: expected one of [RETRY, PRUNE, PREEMPT,"
                        + " SHRINK_BATCH, STOP_DIVERGED, PACK, UNPACK]\n",
                err.toString());
        assertEquals(1, lab("run", "--automation", "advise", "--limit", "retry=-1"));
        assertTrue(err.toString().contains("the limit of RETRY is -1"), err::toString);
        assertEquals(2, lab("run", "--automation", "always"));
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
                text.replace("\"e\"", "\"f\"")
                        .replace("\"seeds\"", "\"resources\": {\"cores\": 64}, \"seeds\""));
        assertEquals(0, lab("cancel", "e/a/1"));
        assertEquals(0, lab("cancel", "e/a/2"));
        assertEquals(0, lab("submit", file.toString()));
        assertEquals(1, lab("run", "--cores", "2"));
        assertTrue(err.toString().contains("f/a/1 waits: "), err.toString());
        assertEquals(2, json().get("QUEUED").intValue());
    }

    @Test
    @Tag("slow")
    void whatIsQueuedIsRun() throws Exception {
        assertEquals(0, submit());
        assertEquals(0, lab("run", "--cores", "2"));
        assertEquals(2, json().get("SUCCEEDED").intValue());
        assertEquals(0, lab("list"));
        assertEquals(2.0, json().get(1).get("values").get("seed").doubleValue());
    }

    private int submit() throws Exception {
        Path file = folder.resolve("experiment.json");
        Files.writeString(
                file,
                """
                {"hypothesis": {"id": "h", "team": "t", "statement": "s", "metric": "seed",
                    "direction": "HIGHER_IS_BETTER", "smallestEffect": 1, "alpha": 0.05},
                 "experiment": {"id": "e", "team": "t", "seeds": [1, 2],
                    "arms": [{"name": "a", "task": "%s", "code": "c", "data": "d"}]}}
                """
                        .formatted(Echo.class.getName()));
        return lab("submit", file.toString());
    }

    private int lab(String... arguments) {
        String[] all = new String[arguments.length + 3];
        all[0] = "lab";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        all[all.length - 2] = "--store";
        all[all.length - 1] = folder.resolve("store").toString();
        return run(all);
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return Retort.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private JsonNode json() throws Exception {
        return new ObjectMapper().readTree(out.toString());
    }
}
