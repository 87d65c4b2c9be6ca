package dev.retort.experiment.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.retort.experiment.Arm;
import dev.retort.experiment.Experiment;
import dev.retort.experiment.RunState;
import dev.retort.experiment.event.Event.MetricsSealed;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.experiment.metric.MetricPoint;
import dev.retort.experiment.metric.MetricReader;
import dev.retort.experiment.state.LabState;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.store.EventStore;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Brings runs that have ended to a tracking server. A run that is there already, by its tags {@code
 * retort.lab} and {@code retort.run}, is left alone, so that the same export may be made again; one
 * that was tried again since, or whose metric points were missing and are there now, replaces what
 * was brought before. Runs that were imported are not brought back.
 */
public final class MlflowExport {
    private static final String LAB = "retort.lab";
    private static final String RUN = "retort.run";
    private static final String ENDED = "retort.ended";
    private static final String MISSING = "retort.missing_metric_files";

    private final MlflowClient client;
    private final Path folder;

    /**
     * An export.
     *
     * @param server the URL of the tracking server, such as {@code http://localhost:5000}
     * @param folder the folder of the lab, for metric points
     */
    public MlflowExport(URI server, Path folder) {
        this.client = new MlflowClient(server);
        this.folder = folder;
    }

    /**
     * What came of it.
     *
     * @param runs how many were not there before as they are
     * @param missing how many files of metric points were not there; their runs were brought
     *     without those points
     * @param failed the runs that the server did not take or whose points cannot be read or were
     *     changed after they were sealed, each with why
     */
    public record Result(int runs, int missing, List<String> failed) {
        /** Copies the list. */
        public Result {
            failed = List.copyOf(failed);
        }
    }

    private record Ended(RunView view, Experiment experiment, Arm arm) {
        /** What tells this end from one before the run was tried again. */
        String end() {
            return Instant.ofEpochMilli(view.sinceMillis())
                    + ", attempts: "
                    + view.attempts().size();
        }
    }

    /**
     * Brings runs there. One that cannot be brought does not keep the others.
     *
     * @param store where they are
     * @param filter which ones
     * @return what came of it
     * @throws MlflowException if the server cannot be reached or has no room for an experiment
     * @throws InterruptedException if the thread was interrupted
     */
    public Result write(EventStore store, RunFilter filter)
            throws IOException, InterruptedException {
        List<Ended> ended = store.read(state -> ended(state, filter));
        if (ended.isEmpty()) {
            return new Result(0, 0, List.of());
        }
        // Two labs may have runs of one name; their first events differ.
        String lab = store.events(0, 1).getFirst().hash();
        Map<String, String> experiments = new HashMap<>();
        List<String> failed = new ArrayList<>();
        int written = 0;
        int missing = 0;
        for (Ended run : ended) {
            String name = run.experiment.id();
            String experiment = experiments.get(name);
            if (experiment == null) {
                experiment = experiment(name);
                experiments.put(name, experiment);
            }
            int without = missing(run.view);
            List<JsonNode> before = before(experiment, lab, run.view.run().id());
            if (before.stream().anyMatch(there -> isSame(there, run, without))) {
                continue;
            }
            try {
                write(experiment, lab, run, without);
                for (JsonNode there : before) {
                    delete(there.path("info").path("run_id").asText());
                }
                written++;
                missing += without;
            } catch (IOException e) {
                failed.add(run.view.run().id() + ": " + e.getMessage());
            }
        }
        return new Result(written, missing, failed);
    }

    private static List<Ended> ended(LabState state, RunFilter filter) {
        List<Ended> ended = new ArrayList<>();
        for (RunView view : state.runs()) {
            Experiment experiment = state.experimentOf(view);
            if (view.state().isFinal()
                    && filter.fits(view, experiment)
                    && !experiment.tags().containsKey(Experiment.IMPORTED)) {
                ended.add(new Ended(view, experiment, state.armOf(view)));
            }
        }
        return ended;
    }

    private int missing(RunView view) {
        int missing = 0;
        for (MetricsSealed sealed : view.metrics()) {
            missing += Files.exists(folder.resolve(sealed.path())) ? 0 : 1;
        }
        return missing;
    }

    private String experiment(String name) throws IOException, InterruptedException {
        Optional<String> known = client.experiment(name);
        return known.isPresent()
                ? known.get()
                : client.post("experiments/create", object().put("name", name))
                        .path("experiment_id")
                        .asText();
    }

    private List<JsonNode> before(String experiment, String lab, String run)
            throws IOException, InterruptedException {
        ObjectNode search = object().put("max_results", 100);
        search.putArray("experiment_ids").add(experiment);
        search.put(
                "filter",
                "tags.\"%s\" = '%s' and tags.\"%s\" = '%s'".formatted(LAB, lab, RUN, run));
        List<JsonNode> found = new ArrayList<>();
        client.post("runs/search", search).path("runs").forEach(found::add);
        return found;
    }

    private static boolean isSame(JsonNode there, Ended run, int missing) {
        return tag(there, ENDED).equals(run.end())
                && Integer.parseInt(tag(there, MISSING)) <= missing;
    }

    private static String tag(JsonNode run, String key) {
        for (JsonNode tag : run.path("data").path("tags")) {
            if (tag.path("key").asText().equals(key)) {
                return tag.path("value").asText();
            }
        }
        return "0";
    }

    private void write(String experiment, String lab, Ended run, int missing)
            throws IOException, InterruptedException {
        RunView view = run.view;
        long begin =
                view.attempts().isEmpty()
                        ? view.sinceMillis()
                        : view.attempts().getFirst().admittedMillis();
        ObjectNode create =
                object().put("experiment_id", experiment)
                        .put("run_name", view.run().id())
                        .put("start_time", begin);
        MlflowPairs tags = new MlflowPairs();
        tags.add("retort.state", view.state().name());
        tags.add("retort.reason", view.reason());
        tags.add("retort.attempts", view.attempts().size());
        tags.add("retort.content_key", view.run().contentKey().sha256());
        tags.add("retort.team", run.experiment.team());
        if (run.experiment.hypothesis() != null) {
            tags.add("retort.hypothesis", run.experiment.hypothesis());
        }
        tags.add(LAB, lab);
        tags.add(ENDED, run.end());
        tags.add(MISSING, missing);
        create.set("tags", tags.all());
        String id =
                client.post("runs/create", create).path("run").path("info").path("run_id").asText();
        try {
            parameters(id, run);
            metrics(id, view);
            client.post(
                    "runs/update",
                    object().put("run_id", id)
                            .put("status", status(view.state()))
                            .put("end_time", view.sinceMillis()));
            // Last: who finds this tag finds all of the run.
            client.post(
                    "runs/set-tag",
                    object().put("run_id", id).put("key", RUN).put("value", view.run().id()));
        } catch (IOException e) {
            dropHalf(id, e);
            throw e;
        }
    }

    /** What is there in part is no run: it would be shown as one that still works. */
    private void dropHalf(String id, IOException why) throws InterruptedException {
        try {
            client.post("runs/update", object().put("run_id", id).put("status", "FAILED"));
            delete(id);
        } catch (IOException e) {
            why.addSuppressed(e);
        }
    }

    private void delete(String id) throws IOException, InterruptedException {
        client.post("runs/delete", object().put("run_id", id));
    }

    private void parameters(String id, Ended run) throws IOException, InterruptedException {
        MlflowPairs parameters = new MlflowPairs();
        parameters.add("retort.seed", run.view.run().seed());
        parameters.add("retort.arm", run.arm.name());
        run.arm.config().forEach(parameters::add);
        for (ArrayNode batch : parameters.batches()) {
            ObjectNode body = object().put("run_id", id);
            body.set("params", batch);
            client.post("runs/log-batch", body);
        }
    }

    private void metrics(String id, RunView view) throws IOException, InterruptedException {
        MlflowMetrics metrics = new MlflowMetrics(client, id);
        for (MetricsSealed sealed : view.metrics()) {
            Path file = folder.resolve(sealed.path());
            // A folder that was moved away takes the points with it, and not the results.
            if (Files.exists(file)) {
                try (MetricReader reader = MetricReader.open(file)) {
                    for (List<MetricPoint> block = reader.next();
                            !block.isEmpty();
                            block = reader.next()) {
                        for (MetricPoint point : block) {
                            metrics.add(point);
                        }
                    }
                    reader.requireSealed(sealed.sha256(), sealed.points());
                }
            }
        }
        for (var value : view.values().entrySet()) {
            metrics.addResult(value.getKey(), value.getValue(), view.sinceMillis());
        }
        metrics.send();
    }

    private static ObjectNode object() {
        return MlflowClient.JSON.createObjectNode();
    }

    private static String status(RunState state) {
        return switch (state) {
            case SUCCEEDED, REUSED -> "FINISHED";
            case PRUNED, CANCELLED -> "KILLED";
            case INFEASIBLE, FAILED -> "FAILED";
            case PLANNED, QUEUED, ADMITTED, RUNNING, PAUSED ->
                    throw new IllegalArgumentException("a run in " + state + " has not ended");
        };
    }
}
