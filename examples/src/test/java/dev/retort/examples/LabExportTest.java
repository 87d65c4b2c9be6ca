package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.store.EventStore;

import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** What is exported of experiments that ran, and imported. */
class LabExportTest extends LabRuns {
    @Test
    void runsAreWrittenAsCsv() throws Exception {
        Path file = folder.resolve("runs.csv");
        assertEquals(0, lab("export", "--csv", file.toString(), "--experiment", "pairs"));
        List<String> lines = Files.readAllLines(file);
        assertEquals(5, lines.size());
        assertEquals(
                "run,experiment,arm,seed,team,state,attempts,reason,queued,started,ended,"
                        + "deviceSeconds,config.rate,value.loss",
                lines.getFirst());
        assertTrue(lines.get(1).startsWith("pairs/low/1,pairs,low,1,speech,SUCCEEDED,1,"));
        List<String> cells = List.of(lines.get(1).split(",", -1));
        Instant started = Instant.parse(cells.get(9));
        assertFalse(started.isBefore(Instant.parse(cells.get(8))), cells::toString);
        assertFalse(Instant.parse(cells.get(10)).isBefore(started), cells::toString);
        assertTrue(Double.parseDouble(cells.get(11)) < 60, cells::toString);
        assertEquals(1, lab("export"));
        assertEquals(
                "retort: expected one of --csv FILE, --parquet FILE and --mlflow URL, found none\n",
                err.toString());
        Path other = folder.resolve("other.csv");
        assertEquals(1, lab("export", "--csv", other.toString(), "--experiment", "pars"));
        assertEquals(
                "retort: experiment pars does not exist: expected one of [pairs, rates]\n",
                err.toString());
        assertTrue(Files.notExists(other));
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
        assertEquals(
                "retort: the tracking server at http://localhost:1/api/2.0/mlflow/ cannot be"
                        + " reached: connection refused\n",
                err.toString());
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
    void pointsThatWereChangedAreToldAndNotBrought() throws Exception {
        Path points;
        try (Stream<Path> files = Files.walk(folder.resolve("store/runs/pairs/low/1"))) {
            points = files.filter(Files::isRegularFile).findFirst().orElseThrow();
        }
        byte[] whole = Files.readAllBytes(points);
        Files.write(points, Arrays.copyOf(whole, whole.length - 1));
        try (FakeMlflow mlflow = new FakeMlflow()) {
            String url = mlflow.url().toString();
            assertEquals(1, lab("export", "--mlflow", url, "--experiment", "pairs"));
            String failed = json().get("failed").get(0).textValue();
            assertTrue(failed.startsWith("pairs/low/1: "), failed);
            assertTrue(failed.contains(" was changed after it was sealed: expected "), failed);
            assertEquals(3, mlflow.active().size());
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
}
