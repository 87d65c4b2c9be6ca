package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.device.gpu.Devices;

import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What is wrong with what is asked of experiments is one sentence, and changes nothing. */
class LabRefusalsTest extends LabFiles {
    private static final String OWN_CLASS_PATH =
            " (RETORT_CLASS_PATH, which adds to it, is "
                    + Optional.ofNullable(System.getenv("RETORT_CLASS_PATH"))
                            .filter(own -> !own.isEmpty())
                            .orElse("not set")
                    + ")";

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
        Files.writeString(other, Files.readString(other).replace("[1]", "[1, 2]"));
        assertEquals(1, lab("submit", other.toString()));
        assertEquals(
                "retort: experiment e was submitted with another content: expected the same, or"
                        + " another id; seeds was [1] and is [1,2]\n",
                err.toString());
        assertEquals(1, lab("cancel", "no/such/1"));
        assertEquals(
                "retort: run no/such/1 does not exist: expected one of an experiment of [e]\n",
                err.toString());
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
                "retort: arm a: the task no.Task does not exist: expected a class on the class path"
                        + OWN_CLASS_PATH
                        + ", or --unchecked where it runs elsewhere\n",
                err.toString());
        Files.writeString(other, Files.readString(other).replace("\"code\": \"c\", ", ""));
        assertEquals(1, lab("submit", other.toString()));
        assertEquals(
                "retort: "
                        + other
                        + ": experiment.arms[0]: expected a field \"code\", or a task on the class"
                        + " path to take the version of its code from: the task no.Task does not"
                        + " exist: expected a class on the class path"
                        + OWN_CLASS_PATH
                        + "\n",
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
    void budgetsOfMoneyNeedAPriceAndSharesAreChecked() throws Exception {
        assertEquals(0, submit());
        Path file = folder.resolve("experiment.json");
        Files.writeString(
                file,
                Files.readString(file)
                        .replace("\"h\"", "\"g\"")
                        .replace("\"e\"", "\"f\"")
                        .replace("\"seeds\"", "\"budget\": {\"money\": 1}, \"seeds\""));
        assertEquals(0, lab("submit", file.toString()));
        String noPrice =
                "retort: experiment f has a budget of money: expected --price, what an hour of a"
                        + " device costs\n";
        assertEquals(1, lab("run"));
        assertEquals(noPrice, err.toString());
        assertEquals(1, lab("why", "f/a/1"));
        assertEquals(noPrice, err.toString());
        assertEquals(0, lab("why", "f/a/1", "--price", "2"));
        assertEquals(1, lab("why", "f/a/1", "--price", "-2"));
        assertEquals("retort: --price is -2.0: expected a price from 0\n", err.toString());
        assertEquals(0, lab("cancel", "f/a/1"));
        assertEquals(0, lab("why", "f/a/1"));
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

    /** And not the one beside it, which is moved there once it is complete. */
    @Test
    void theFileThatCannotBeWrittenIsNamed() throws Exception {
        assertEquals(0, submit());
        Path away = folder.resolve("nowhere/page.html");
        assertEquals(1, lab("report", "--html", away.toString()));
        assertEquals("retort: " + away + ": its folder does not exist\n", err.toString());
        assertEquals(1, lab("report", "--html", folder.toString()));
        assertEquals(
                "retort: " + folder + ": expected a file to write, found a folder\n",
                err.toString());
    }

    @Test
    void devicesThatAreNotThereAreRefused() throws Exception {
        assertEquals(0, submit());
        for (String count : List.of("1000", "-1")) {
            assertEquals(1, lab("run", "--devices", count));
            assertTrue(
                    err.toString().startsWith("retort: --devices is " + count + ": expected 0 to "),
                    err::toString);
        }
        Devices.probe()
                .absenceReasons()
                .forEach(reason -> assertTrue(err.toString().contains(reason), err::toString));
    }

    /** What was registered stays, so nothing of a file that is refused may be. */
    @Test
    void ofAFileThatIsRefusedNothingIsRegistered() throws Exception {
        Path file = experiment();
        String text = Files.readString(file);
        Files.writeString(
                file,
                text.replace("\"alpha\"", "\"treatment\": \"c\", \"control\": \"b\", \"alpha\""));
        assertEquals(1, lab("submit", file.toString()));
        assertEquals(
                "retort: experiment e has the arms [a, b]: expected c and b, by which hypothesis h"
                        + " is registered to be decided\n",
                err.toString());
        assertEquals(1, lab("verdict", "h"));
        assertEquals("retort: no hypothesis is called h: expected one of []\n", err.toString());
        Files.writeString(file, text);
        assertEquals(0, lab("submit", file.toString()));
        assertEquals(0, lab("verdict", "h"));
    }

    @Test
    void aHypothesisThatWasChangedIsRefusedBeforeItsExperiment() throws Exception {
        assertEquals(0, submit());
        Path file = experiment();
        Files.writeString(
                file,
                Files.readString(file)
                        .replace("\"e\"", "\"f\"")
                        .replace("\"alpha\": 0.05", "\"alpha\": 0.1"));
        assertEquals(1, lab("submit", file.toString()));
        assertEquals(
                "retort: hypothesis h is registered already: what was registered cannot be changed,"
                        + " register another under a new name\n",
                err.toString());
        assertEquals(1, lab("why", "f/a/1"));
        assertEquals(
                "retort: run f/a/1 does not exist: expected one of an experiment of [e]\n",
                err.toString());
    }

    @Test
    void readingMakesNoStore() {
        Path file = folder.resolve("typo.db");
        String store = "jdbc:sqlite:" + file;
        for (String command : List.of("run", "list", "velocity")) {
            assertEquals(1, run("lab", command, "--store", store + "?password=secret"));
            assertEquals(
                    "retort: no experiments are kept in "
                            + file
                            + ": expected a database that \"retort lab submit\" made\n",
                    err.toString());
        }
        assertEquals(1, run("runs", "--store", store));
        assertTrue(Files.notExists(file));
        assertTrue(Files.notExists(folder.resolve("typo.db.lock")));
    }

    @Test
    void aStoreIsMadeByAnAddress() throws Exception {
        String store = "jdbc:sqlite:" + folder.resolve("made.db");
        assertEquals(0, run("lab", "submit", experiment().toString(), "--store", store));
        assertEquals(0, run("lab", "list", "--json", "--store", store));
        assertEquals(2, json().size());
    }
}
