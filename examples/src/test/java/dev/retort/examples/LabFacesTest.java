package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.retort.efficiency.Region;
import dev.retort.efficiency.RunMeter;
import dev.retort.efficiency.RunOptions;
import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.experiment.lab.Submission;
import dev.retort.experiment.schedule.Capacity;
import dev.retort.experiment.schedule.Scheduler;
import dev.retort.experiment.schedule.SchedulerOptions;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.store.EventStore;
import dev.retort.experiment.task.Outcome;
import dev.retort.experiment.task.Task;
import dev.retort.experiment.task.TaskContext;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What the command line shows of experiments that ran, and what it exports. */
class LabFacesTest {
    @TempDir Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    /** A loss that falls with the epochs, to a floor that its rate sets. */
    public static final class Curve implements Task {
        @Override
        public Outcome run(TaskContext context) throws IOException, InterruptedException {
            double rate = (Double) Objects.requireNonNull(context.config().get("rate"));
            for (int epoch = 1; epoch <= 9; epoch++) {
                context.record("loss", epoch, rate + 1.0 / epoch);
                context.report(epoch, rate + 1.0 / epoch);
                if (context.shouldStop()) {
                    return new Outcome.Stopped();
                }
            }
            return new Outcome.Finished(Map.of("loss", rate + 1.0 / 9));
        }
    }

    /** No configuration of it works. */
    public static final class Never implements Task {
        @Override
        public Outcome run(TaskContext context) {
            return new Outcome.Infeasible("no such size");
        }
    }

    /** Keeps a ledger of its own. */
    public static final class Metered implements Task {
        @Override
        public Outcome run(TaskContext context) throws IOException {
            try (RunMeter meter = RunOptions.of("metered").journal(context.folder()).open()) {
                meter.beginStep();
                meter.begin(Region.STEP);
                LockSupport.parkNanos(1_000_000);
                meter.end(Region.STEP);
                meter.endStep(1);
            }
            return new Outcome.Finished(Map.of("loss", 1.0));
        }
    }

    @BeforeEach
    void work() {
        work(ARMS, SEARCH);
    }

    private void work(String... texts) {
        try (EventStore store = EventStore.open(folder.resolve("store"))) {
            Lab lab = new Lab(store, "ada");
            for (String text : texts) {
                Submission submission =
                        Submission.parse(text.replace("TASK", Curve.class.getName()));
                if (!submission.hypotheses().isEmpty()) {
                    lab.register(submission.hypotheses());
                }
                lab.submit(submission.experiment());
            }
            SchedulerOptions options =
                    SchedulerOptions.standard(folder.resolve("store"), Capacity.of(2, 0))
                            .withExecution(new SchedulerOptions.InProcess());
            try (Scheduler scheduler = Scheduler.start(store, options)) {
                scheduler.idle().join();
            }
        }
    }

    private static final String ARMS =
            """
            {"hypothesis": {"id": "h", "team": "speech", "statement": "s", "metric": "loss",
                "direction": "LOWER_IS_BETTER", "smallestEffect": 0.1, "alpha": 0.05},
             "experiment": {"id": "pairs", "team": "speech", "seeds": [1, 2],
                "tags": {"model": "small"}, "arms": [
                {"name": "low", "task": "TASK", "config": {"rate": 0.1}, "code": "c", "data": "d"},
                {"name": "high", "task": "TASK", "config": {"rate": 0.5}, "code": "c",
                 "data": "d"}]}}
            """;
    private static final String SEARCH =
            """
            {"experiment": {"id": "rates", "team": "vision", "search": {
                "metric": "loss", "direction": "LOWER_IS_BETTER", "by": "GRID", "points": 8,
                "space": [{"name": "rate", "low": 0.0, "high": 2.0}],
                "stop": {"rule": "ASHA", "least": 1, "most": 9, "factor": 3},
                "trial": {"task": "TASK", "code": "c", "data": "d"}}}}
            """;

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
        assertEquals("retort: experiment none does not exist\n", err.toString());
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

    @Test
    void velocityIsShownByAnyTag() throws Exception {
        assertEquals(0, lab("velocity", "--json", "--price", "2"));
        assertEquals(12, json().get("runs ended").intValue());
        assertTrue(json().get("L and λW of runs differ by").doubleValue() < 0.01);
        assertEquals(0, lab("velocity", "--by", "team", "--json"));
        assertEquals(4, json().get("speech").get("runs ended").intValue());
        assertEquals(8, json().get("vision").get("runs ended").intValue());
        assertEquals(0, lab("velocity", "--by", "model"));
        assertTrue(out.toString().startsWith(" "), out::toString);
        assertTrue(out.toString().lines().findFirst().orElseThrow().endsWith("small"));
        assertEquals(1, lab("velocity", "--by", "colour"));
        assertEquals("retort: no run has the tag colour\n", err.toString());
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
        assertEquals(0, lab("list", "--experiment", "set"));
        assertEquals("REUSED", json().get(0).get("state").textValue());
        assertEquals("SUCCEEDED", json().get(1).get("state").textValue());
        assertEquals(0, lab("replay", "set"));
    }

    @Test
    void runsAreAskedForByWhatTheyFound() throws Exception {
        assertEquals(0, runs("--experiment", "pairs", "--sort", "loss", "--limit", "3", "--json"));
        JsonNode best = json();
        assertEquals(3, best.size());
        double first = best.get(0).get("values").get("loss").doubleValue();
        double last = best.get(2).get("values").get("loss").doubleValue();
        assertTrue(first < last);
        assertEquals(0, runs("--metric", "loss=.." + first, "--experiment", "pairs", "--json"));
        assertEquals(2, json().size());
        assertEquals(0, runs("--experiment", "pairs", "--sort", "loss", "--descending", "--json"));
        assertEquals(last, json().get(0).get("values").get("loss").doubleValue());
        assertEquals(0, runs("--hypothesis", "h", "--tag", "model=small", "--json"));
        assertEquals(4, json().size());
        assertEquals(0, runs("--state", "PRUNED,FAILED"));
        assertTrue(out.toString().startsWith("run"), out.toString());
        assertEquals(1, runs("--hypothesis", "nope"));
        assertEquals("retort: no hypothesis is called nope: expected one of [h]\n", err.toString());
        assertEquals(1, runs("--limit", "0"));
        assertEquals("retort: --limit is 0: expected at least 1\n", err.toString());
        assertEquals(2, runs("--metric", "loss=0.5"));
        assertTrue(
                err.toString().contains("expected a range such as 0.1..0.5, 0.9.. or ..0.5"),
                err.toString());
    }

    @Test
    void ledgersAreJoinedWithEachSlice() throws Exception {
        work(
                ARMS.replace("\"h\"", "\"m\"")
                        .replace("\"pairs\"", "\"metered\"")
                        .replace("speech", "metering")
                        .replace("TASK", Metered.class.getName()));
        assertEquals(0, lab("velocity", "--by", "team", "--json"));
        assertTrue(json().get("metering").has("goodput that runs measured"));
        assertFalse(json().get("vision").has("goodput that runs measured"));
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

    @Test
    void runsAreWatched() {
        assertEquals(0, lab("watch", "--once"));
        assertTrue(out.toString().contains("pairs/high/2"), out::toString);
        assertTrue(out.toString().contains("succeeded"), out::toString);
    }

    @Test
    void thePageIsCompleteInItself() throws Exception {
        Path page = folder.resolve("lab.html");
        assertEquals(0, lab("report", "--html", page.toString(), "--price", "2"));
        String html = Files.readString(page);
        for (String expected : List.of("rates", "pairs", "Little", "<svg", "Not done twice")) {
            assertTrue(html.contains(expected), expected);
        }
        assertTrue(!html.contains("http://") || !html.contains("<script"), "it loads something");
    }

    @Test
    void runsAreWrittenAsCsv() throws Exception {
        Path file = folder.resolve("runs.csv");
        assertEquals(0, lab("export", "--csv", file.toString(), "--experiment", "pairs"));
        List<String> lines = Files.readAllLines(file);
        assertEquals(5, lines.size());
        assertEquals(
                "run,experiment,arm,seed,team,state,attempts,reason,config.rate,value.loss",
                lines.getFirst());
        assertTrue(lines.get(1).startsWith("pairs/low/1,pairs,low,1,speech,SUCCEEDED,1,"));
        assertEquals(1, lab("export"));
        assertEquals("retort: expected either --csv FILE or --mlflow URL\n", err.toString());
    }

    @Test
    void runsGoToMlflowOnceAndComeBack() throws Exception {
        try (FakeMlflow mlflow = new FakeMlflow()) {
            String url = mlflow.url().toString();
            assertEquals(0, lab("export", "--mlflow", url, "--experiment", "pairs"));
            assertEquals(4, json().get("runs").intValue());
            JsonNode run = mlflow.runs.getFirst();
            assertEquals("FINISHED", run.get("info").get("status").textValue());
            assertEquals("pairs/low/1", FakeMlflow.tag(run, "retort.run"));
            // Nine points, and the result, which is the latest.
            JsonNode metrics = run.get("data").get("metrics");
            assertEquals(10, metrics.size());
            assertEquals(9, metrics.get(9).get("step").intValue());
            assertTrue(
                    metrics.get(9).get("timestamp").longValue()
                            > metrics.get(8).get("timestamp").longValue());
            assertEquals(0, lab("export", "--mlflow", url, "--experiment", "pairs"));
            assertEquals(0, json().get("runs").intValue());
            assertEquals(4, mlflow.runs.size());

            assertEquals(
                    0, lab("import", "--mlflow", url, "--experiment", "pairs", "--as", "back"));
            assertEquals(4, json().get("runs").intValue());
            try (EventStore store = EventStore.open(folder.resolve("store"))) {
                List<RunView> back = new Lab(store, "ada").runs(RunFilter.ofExperiment("back"));
                assertEquals(4, back.size());
                assertEquals(
                        0.1 + 1.0 / 9,
                        Objects.requireNonNull(back.getFirst().values().get("loss")),
                        1e-12);
            }
            assertEquals(
                    1, lab("import", "--mlflow", url, "--experiment", "pairs", "--as", "back"));
            assertEquals("retort: experiment back exists already\n", err.toString());
            // What was done elsewhere neither goes back nor counts as work that was done here.
            assertEquals(0, lab("export", "--mlflow", url, "--experiment", "back"));
            assertEquals(0, json().get("runs").intValue());
            assertEquals(0, lab("velocity", "--json"));
            assertEquals(12, json().get("runs ended").intValue());
            assertEquals(1, lab("import", "--mlflow", url, "--experiment", "none"));
            assertEquals(
                    "retort: the tracking server at " + url + " has no experiment none\n",
                    err.toString());
        }
        assertEquals(1, lab("export", "--mlflow", "http://localhost:1"));
        assertTrue(err.toString().contains("cannot be reached"), err::toString);
    }

    @Test
    void whatAServerDoesNotTakeKeepsNothingElseBack() throws Exception {
        submit(MANY);
        assertEquals(0, lab("cancel", "many/a/1"));
        assertEquals(0, lab("cancel", "many/a/2"));
        try (FakeMlflow mlflow = new FakeMlflow()) {
            mlflow.refused = "many/a/1";
            String[] export = {
                "export", "--mlflow", mlflow.url().toString(), "--experiment", "many"
            };
            assertEquals(1, lab(export));
            assertEquals(1, json().get("runs").intValue());
            assertTrue(json().get("failed").get(0).textValue().startsWith("many/a/1: "));
            assertEquals(1, mlflow.active().size());
            mlflow.refused = "";
            assertEquals(0, lab(export));
            assertEquals(2, mlflow.active().size());
            // One of the configuration is called as what is added to it.
            assertEquals(122, mlflow.active().getFirst().get("data").get("params").size());

            assertEquals(0, lab("retry", "many/a/1"));
            assertEquals(0, lab("cancel", "many/a/1", "--reason", "again"));
            assertEquals(0, lab(export));
            assertEquals(1, json().get("runs").intValue());
            assertEquals(2, mlflow.active().size());
            assertEquals("again", FakeMlflow.tag(mlflow.active().getLast(), "retort.reason"));
        }
    }

    @Test
    void pointsThatAreElsewhereAreBroughtLater() throws Exception {
        try (FakeMlflow mlflow = new FakeMlflow()) {
            String file = folder.resolve("store/events.db").toString();
            List<String> export =
                    List.of("export", "--experiment", "pairs", "--mlflow", mlflow.url().toString());
            List<String> elsewhere = new ArrayList<>(export);
            elsewhere.addAll(List.of("--folder", folder.resolve("away").toString()));
            assertEquals(1, labOf(file, elsewhere));
            assertEquals(4, json().get("missingMetricFiles").intValue());
            assertEquals(0, labOf(file, export));
            assertEquals(4, json().get("runs").intValue());
            assertEquals(4, mlflow.active().size());
            assertEquals(10, mlflow.active().getFirst().get("data").get("metrics").size());
            assertEquals(0, labOf(file, elsewhere));
            assertEquals(0, json().get("runs").intValue());
        }
    }

    @Test
    void tooFewDevicesAreLeftOut() throws Exception {
        submit(MANY);
        assertEquals(0, lab("what-if", "--json"));
        assertEquals(3, json().get("policies").size());
        assertEquals("--devices 1 is left out: the largest run needs 2\n", err.toString());
        assertEquals(0, lab("close", "rates"));
        assertEquals(1, lab("close", "pairs"));
        assertEquals(1, lab("velocity", "--price", "-1"));
        assertEquals(2, lab("velocity", "--since", "999999d"));
    }

    private static final String MANY =
            """
            {"experiment": {"id": "many", "team": "speech", "seeds": [1, 2],
                "resources": {"cores": 2, "devices": 0},
                "arms": [{"name": "a", "task": "TASK", "code": "c", "data": "d", "config": {
                    "seed": 3, "loss (log)": 1, %s}}]}}
            """
                    .formatted(
                            IntStream.range(0, 118)
                                    .mapToObj(i -> "\"p%d\": %d".formatted(i, i))
                                    .collect(Collectors.joining(", ")));

    private void submit(String text) {
        try (EventStore store = EventStore.open(folder.resolve("store"))) {
            new Lab(store, "ada")
                    .submit(
                            Submission.parse(text.replace("TASK", Curve.class.getName()))
                                    .experiment());
        }
    }

    private int lab(String... arguments) {
        return labOf(folder.resolve("store").toString(), List.of(arguments));
    }

    private int runs(String... arguments) {
        List<String> all = new ArrayList<>(List.of("runs"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--store", folder.resolve("store").toString()));
        return execute(all);
    }

    private int labOf(String store, List<String> arguments) {
        List<String> all = new ArrayList<>(List.of("lab"));
        all.addAll(arguments);
        all.addAll(List.of("--store", store));
        return execute(all);
    }

    private int execute(List<String> all) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return Retort.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all.toArray(String[]::new));
    }

    private JsonNode json() throws Exception {
        return new ObjectMapper().readTree(out.toString());
    }
}
