package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import dev.retort.experiment.lab.Confirmation;
import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.lab.Submission;
import dev.retort.experiment.store.EventStore;
import dev.retort.experiment.task.Outcome;
import dev.retort.experiment.task.Task;
import dev.retort.experiment.task.TaskContext;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** What the command line shows of experiments that ran. */
class LabFacesTest extends LabRuns {
    /** No configuration of it works. */
    public static final class Never implements Task {
        @Override
        public Outcome run(TaskContext context) {
            return new Outcome.Infeasible("no such size");
        }
    }

    /** Has its cores for a while. */
    public static final class Holding implements Task {
        @Override
        public Outcome run(TaskContext context) {
            LockSupport.parkNanos(50_000_000);
            return new Outcome.Finished(Map.of("loss", 1.0));
        }
    }

    @Test
    void armsStandSideBySide() throws Exception {
        assertEquals(0, lab("compare", "pairs"));
        assertTrue(out.toString().contains("2 succeeded    loss  2  0.21111"), out::toString);
        assertTrue(out.toString().contains("rate=0.10000\n"), out::toString);
        assertEquals(0, lab("compare", "pairs", "--json"));
        assertEquals(2, json().size());
        assertEquals(0.5, json().get(1).get("parameters").get("rate").doubleValue());
        assertEquals(0, lab("compare", "rates"));
        assertTrue(out.toString().contains("rate=2.0000\n"), out::toString);
        assertEquals(1, lab("compare", "none"));
        assertEquals(
                "retort: experiment none does not exist: expected one of [pairs, rates]\n",
                err.toString());
    }

    @Test
    void whatWasDoneWithoutAPersonIsShownWithItsReason() throws Exception {
        assertEquals(0, lab("automation", "--json", "--kind", "prune"));
        JsonNode first = json().get(0);
        assertEquals("asha-stopping/1", first.get("rule").textValue());
        assertTrue(first.get("done").booleanValue());
        String run = first.get("run").textValue();
        String reason = first.get("reason").textValue();
        assertEquals(0, lab("automation", "--experiment", "rates"));
        assertTrue(
                out.toString().contains(run + "  prune (asha-stopping/1): " + reason),
                out::toString);
        assertEquals(0, lab("why", run));
        assertEquals("prune, " + reason, json().get("withoutAPerson").get(0).textValue());
        assertTrue(json().get("parameters").get("rate").isDouble());
        assertEquals(0, lab("automation", "--experiment", "pairs"));
        assertEquals("Nothing was done without a person, and nothing advised.\n", out.toString());
        assertEquals(1, lab("automation", "--kind", "admit"));
        assertTrue(
                err.toString().startsWith("retort: --kind is ADMIT: expected one of RETRY, "),
                err::toString);
        assertEquals(0, lab("automation", "--help"));
        assertFalse(out.toString().contains("ADMIT"), out::toString);
    }

    @Test
    void whatIsNamedWronglyIsToldWithTheCommandThatTakesIt() {
        assertEquals(1, lab("decide", "rates"));
        assertEquals(
                "retort: expected an experiment with arms and a hypothesis, found the search rates:"
                        + " \"lab run\" makes its trials, \"lab compare rates\" shows what they"
                        + " found\n",
                err.toString());
        assertEquals(1, lab("why", "pairs"));
        assertEquals(
                "retort: expected a run such as pairs/low/1, found the experiment pairs: \"lab list"
                        + " --experiment pairs\" shows its runs, \"lab compare pairs\" its arms\n",
                err.toString());
        assertEquals(1, lab("cancel", "h"));
        assertEquals(
                "retort: expected a run, found the hypothesis h: \"lab list\" shows runs\n",
                err.toString());
        assertEquals(1, lab("cancel", "pairs/low"));
        assertEquals(
                "retort: expected a run as EXPERIMENT/ARM/SEED, found pairs/low\n", err.toString());
        assertEquals(1, lab("why", "pairs/low/9"));
        assertEquals(
                "retort: run pairs/low/9 does not exist: \"lab list --experiment pairs\" shows those"
                        + " of its experiment\n",
                err.toString());
        assertEquals(1, lab("compare", "pairs/low/1"));
        assertEquals(
                "retort: expected an experiment, found the run pairs/low/1 of experiment pairs:"
                        + " \"lab why pairs/low/1\" says how it stands\n",
                err.toString());
        assertEquals(1, lab("decide", "h"));
        assertEquals(
                "retort: expected an experiment, found the hypothesis h, on which are the"
                        + " experiments [pairs]\n",
                err.toString());
        submit(MANY);
        assertEquals(1, lab("decide", "many"));
        assertTrue(
                err.toString()
                        .startsWith("retort: expected an experiment with a hypothesis, found"),
                err::toString);
    }

    @Test
    void whatWasNeverReportedOrCannotWorkIsNoSuccess() throws Exception {
        assertEquals(0, lab("run"));
        assertEquals("", err.toString());
        work(
                SEARCH.replace("\"rates\"", "\"typo\"").replace("\"loss\"", "\"losss\""),
                SEARCH.replace("\"rates\"", "\"none\"").replace("TASK", Never.class.getName()));
        assertEquals(1, lab("run"));
        assertEquals(
                """
                the metric losss of experiment typo was never reported; reported were loss
                all 8 runs of experiment none are infeasible, none/trial-0/1 since: no such size
                """,
                err.toString());
        assertEquals(8, json().get("INFEASIBLE").intValue());
    }

    /** Of an exact set, what was found before is taken from there. */
    @Test
    void ofASetOnlyWhatIsMissingIsRun() throws Exception {
        work(
                """
                {"experiment": {"id": "set", "team": "vision", "search": {
                    "metric": "loss", "direction": "LOWER_IS_BETTER", "by": "SET",
                    "configs": [{"rate": 0.0}, {"rate": 0.125}],
                    "space": [{"name": "rate", "low": 0.0, "high": 2.0}],
                    "trial": {"task": "TASK", "code": "c", "data": "d"}}}}
                """);
        assertEquals(0, lab("list", "--experiment", "set", "--json"));
        assertEquals("REUSED", json().get(0).get("state").textValue());
        assertEquals("SUCCEEDED", json().get(1).get("state").textValue());
        assertEquals(0, lab("replay", "set"));
    }

    @Test
    void otherPoliciesAreTried() throws Exception {
        assertEquals(0, lab("what-if", "--devices", "1,2", "--factor", "4", "--json"));
        assertEquals(2, json().get("policies").size());
        assertEquals(12, json().get("policies").get(0).get("runs").intValue());
        JsonNode search = json().get("searches").get(0);
        assertEquals("3 → 4", search.get("factor").textValue());
        assertTrue(
                search.get("epochs then").longValue() <= search.get("epochs trained").longValue());
        assertEquals(0, lab("what-if"));
        assertTrue(out.toString().startsWith("Simulated from the log, not measured."));
        assertEquals(1, lab("what-if", "--share", "vision=2"));
        assertEquals(
                "retort: expected --order FAIR with --share, found [PRIORITY]\n", err.toString());
        assertEquals(0, lab("what-if", "--share", "vision=2", "--order", "fifo,fair"));
        assertEquals(1, lab("what-if", "--share", "vision=0", "--order", "fair"));
        assertEquals(
                "retort: the share of team vision is 0.0: expected a finite number above 0\n",
                err.toString());
    }

    @Test
    void aSearchIsDecidedAgainAndItsTrialsTriedAgain() throws Exception {
        assertEquals(0, lab("replay", "rates"));
        assertEquals(0, json().get("differences").size());
        assertTrue(json().get("decisions of searches").intValue() >= 16);
        assertEquals(1, lab("retry", "pairs/low/1"));
        assertTrue(err.toString().contains("cannot be tried again"), err::toString);
        assertEquals(1, lab("replay", "pairs"));
        assertEquals(
                "retort: expected an experiment that is a search, found pairs\n", err.toString());
    }

    /** Says something else on its way than its result. */
    public static final class Turns implements Task {
        @Override
        public Outcome run(TaskContext context) throws IOException, InterruptedException {
            context.report(1, 9);
            return new Outcome.Finished(Map.of("loss", 0.25, "accuracy", 0.75));
        }
    }

    @Test
    void runsAreWatched() {
        assertEquals(0, lab("watch", "--once"));
        assertTrue(out.toString().contains("pairs/high/2"), out::toString);
        assertTrue(out.toString().contains("succeeded"), out::toString);
        work(
                ARMS.replace("\"h\"", "\"turns\"")
                        .replace("pairs", "turns")
                        .replace("TASK", Turns.class.getName()));
        assertEquals(0, lab("watch", "--once"));
        assertTrue(
                out.toString()
                        .lines()
                        .filter(line -> line.startsWith("turns/"))
                        .allMatch(line -> line.contains(" 0.25000 ")),
                out::toString);
        assertTrue(out.toString().contains("turns/low/1"), out::toString);
    }

    /** A second hypothesis on the same winner needs a name of its own. */
    @Test
    void whatIsToBeConfirmedCannotBeChanged() {
        work(
                SEARCH.replace("\"rates\"", "\"all\"")
                        .replace(
                                "    \"stop\": {\"rule\": \"ASHA\", \"least\": 1, \"most\": 9, \"factor\": 3},\n",
                                ""));
        try (EventStore store = EventStore.open(folder.resolve("store"))) {
            Lab lab = new Lab(store, "ada");
            Confirmation first = Confirmation.of(lab, "all", "trial-1", 0.1, 0.05, "all-winner");
            lab.submit(new Submission(List.of(first.hypothesis()), first.experiment()));
        }
        assertEquals(1, lab("confirm", "all", "--control", "trial-1", "--smallest-effect", "0.01"));
        assertEquals(
                "retort: hypothesis all-winner is registered already: what was registered cannot be"
                        + " changed, register another under a new name\n",
                err.toString());
        assertEquals(0, lab("confirm", "--help"));
        assertTrue(out.toString().contains("--as"), out::toString);
    }

    @Test
    void thePageIsCompleteInItself() throws Exception {
        Path page = folder.resolve("lab.html");
        assertEquals(0, lab("report", "--html", page.toString(), "--price", "2"));
        String html = Files.readString(page);
        for (String expected :
                List.of(
                        "rates",
                        "pairs",
                        "Little",
                        "<svg",
                        "Not done twice",
                        "except what is simulated")) {
            assertTrue(html.contains(expected), expected);
        }
        assertTrue(
                Pattern.compile("searching for loss: \\d succeeded, \\d pruned\\.")
                        .matcher(html)
                        .find(),
                "the states in words");
        // Those that were pruned as well, each with what it was given.
        for (int trial = 0; trial < 8; trial++) {
            assertTrue(html.contains("<td>trial-" + trial + "</td>"), "trial " + trial);
        }
        // Of eight trials and two arms.
        assertEquals(10, html.split("<td>rate&#x3D;", -1).length - 1);
        assertTrue(html.contains("<i class=\"use1\"></i>other trials<"), "the legend");
        assertTrue(!html.contains("http://") || !html.contains("<script"), "it loads something");
    }

    @Test
    void whatThePageLeavesOutIsSaid() throws Exception {
        work(
                SEARCH.replace("\"rates\"", "\"all\"")
                        .replace("\"points\": 8", "\"points\": 24")
                        .replace(
                                "    \"stop\": {\"rule\": \"ASHA\", \"least\": 1, \"most\": 9, \"factor\": 3},\n",
                                ""));
        submit(MANY.replace("[1, 2]", IntStream.range(0, 60).boxed().toList().toString()));
        Path page = folder.resolve("lab.html");
        assertEquals(0, lab("report", "--html", page.toString()));
        String html = Files.readString(page);
        assertTrue(
                html.contains(
                        "The first 20 of 24 trials, the best with a result before the others."),
                "the trials");
        assertTrue(html.contains("The first 50 of 60 runs."), "the runs that wait");
    }

    @Test
    void tooFewDevicesAreLeftOut() throws Exception {
        // One that waits is not replayed, whatever it needs.
        submit(MANY);
        assertEquals(0, lab("what-if", "--json"));
        assertEquals(4, json().get("policies").size());
        assertEquals("", err.toString());
        work(MANY.replace("\"many\"", "\"held\"").replace("TASK", Holding.class.getName()));
        assertEquals(0, lab("what-if", "--json"));
        assertEquals(3, json().get("policies").size());
        assertEquals("--devices 1 is left out: the largest run needs 2\n", err.toString());
        assertEquals(0, lab("close", "rates"));
        assertEquals(1, lab("close", "pairs"));
        assertEquals(1, lab("velocity", "--price", "-1"));
        assertEquals(2, lab("velocity", "--since", "999999d"));
    }
}
