package dev.retort.experiment.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.retort.experiment.Arm;
import dev.retort.experiment.Experiment;
import dev.retort.experiment.RunState;
import dev.retort.experiment.event.Event.MetricsSealed;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.experiment.metric.MetricFile;
import dev.retort.experiment.metric.MetricPoint;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.store.EventStore;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Brings runs that have ended to a tracking server. A run that is there already, by its tag {@code
 * retort.run}, is left alone, so that the same export may be made again.
 */
public final class MlflowExport {
    static final String RUN = "retort.run";
    static final String STATE = "retort.state";

    /** What the server takes in one request. */
    private static final int MOST_METRICS = 1000;

    private final MlflowClient client;
    private final Path lab;

    /**
     * An export.
     *
     * @param server the URL of the tracking server, such as {@code http://localhost:5000}
     * @param lab the folder of the lab, for metric points
     */
    public MlflowExport(URI server, Path lab) {
        this.client = new MlflowClient(server);
        this.lab = lab;
    }

    private record Ended(RunView view, Experiment experiment, Arm arm) {}

    /**
     * Brings runs there.
     *
     * @param store where they are
     * @param filter which ones
     * @return how many were not there before
     * @throws MlflowException if the server does not do what it should
     * @throws IOException if metric points cannot be read
     * @throws InterruptedException if the thread was interrupted
     */
    public int write(EventStore store, RunFilter filter) throws IOException, InterruptedException {
        List<Ended> ended =
                store.read(
                        state ->
                                state.runs().stream()
                                        .filter(view -> view.state().isFinal())
                                        .filter(view -> filter.fits(view, state.experimentOf(view)))
                                        .map(
                                                view ->
                                                        new Ended(
                                                                view,
                                                                state.experimentOf(view),
                                                                state.armOf(view)))
                                        .toList());
        Map<String, String> experiments = new HashMap<>();
        int written = 0;
        for (Ended run : ended) {
            String name = run.experiment.id();
            String id = experiments.get(name);
            if (id == null) {
                id = experiment(name);
                experiments.put(name, id);
            }
            if (!isThere(id, run.view.run().id())) {
                write(id, run);
                written++;
            }
        }
        return written;
    }

    private String experiment(String name) throws IOException, InterruptedException {
        Optional<String> known = client.experiment(name);
        return known.isPresent()
                ? known.get()
                : client.post("experiments/create", object().put("name", name))
                        .path("experiment_id")
                        .asText();
    }

    private boolean isThere(String experiment, String run)
            throws IOException, InterruptedException {
        ObjectNode search = object().put("max_results", 1);
        search.putArray("experiment_ids").add(experiment);
        search.put("filter", "tags.\"" + RUN + "\" = '" + run + "'");
        JsonNode found = client.post("runs/search", search);
        return found.path("runs").size() > 0;
    }

    private void write(String experiment, Ended run) throws IOException, InterruptedException {
        RunView view = run.view;
        long begin =
                view.attempts().isEmpty()
                        ? view.sinceMillis()
                        : view.attempts().getFirst().admittedMillis();
        ObjectNode create =
                object().put("experiment_id", experiment)
                        .put("run_name", view.run().id())
                        .put("start_time", begin);
        ArrayNode tags = create.putArray("tags");
        tag(tags, STATE, view.state().name());
        tag(tags, "retort.reason", view.reason());
        tag(tags, "retort.attempts", Integer.toString(view.attempts().size()));
        tag(tags, "retort.content_key", view.run().contentKey().sha256());
        tag(tags, "retort.team", run.experiment.team());
        if (run.experiment.hypothesis() != null) {
            tag(tags, "retort.hypothesis", run.experiment.hypothesis());
        }
        String id =
                client.post("runs/create", create).path("run").path("info").path("run_id").asText();
        parameters(id, run);
        metrics(id, view);
        // Last: who finds this tag finds all of the run.
        client.post(
                "runs/set-tag",
                object().put("run_id", id).put("key", RUN).put("value", view.run().id()));
        client.post(
                "runs/update",
                object().put("run_id", id)
                        .put("status", status(view.state()))
                        .put("end_time", view.sinceMillis()));
    }

    private void parameters(String id, Ended run) throws IOException, InterruptedException {
        ObjectNode batch = object().put("run_id", id);
        ArrayNode parameters = batch.putArray("params");
        run.arm.config().forEach((name, value) -> tag(parameters, name, value.toString()));
        tag(parameters, "seed", Long.toString(run.view.run().seed()));
        tag(parameters, "arm", run.arm.name());
        client.post("runs/log-batch", batch);
    }

    private void metrics(String id, RunView view) throws IOException, InterruptedException {
        ArrayNode metrics = MlflowClient.JSON.createArrayNode();
        for (MetricsSealed sealed : view.metrics()) {
            Path file = lab.resolve(sealed.path());
            // A folder that was moved away takes the points with it, and not the results.
            if (Files.exists(file)) {
                for (MetricPoint point : MetricFile.read(file).points()) {
                    metric(
                            metrics,
                            point.metric(),
                            point.value(),
                            point.wallMillis(),
                            point.step());
                    if (metrics.size() == MOST_METRICS) {
                        send(id, metrics);
                    }
                }
            }
        }
        send(id, metrics);
        view.values().forEach((name, value) -> metric(metrics, name, value, view.sinceMillis(), 0));
        send(id, metrics);
    }

    private void send(String id, ArrayNode metrics) throws IOException, InterruptedException {
        if (!metrics.isEmpty()) {
            ObjectNode batch = object().put("run_id", id);
            batch.set("metrics", metrics.deepCopy());
            client.post("runs/log-batch", batch);
            metrics.removeAll();
        }
    }

    private static void metric(
            ArrayNode metrics, String name, double value, long millis, long step) {
        ObjectNode metric = metrics.addObject().put("key", name);
        if (Double.isFinite(value)) {
            metric.put("value", value);
        } else {
            metric.put("value", Double.toString(value));
        }
        metric.put("timestamp", millis).put("step", step);
    }

    private static void tag(ArrayNode tags, String key, String value) {
        tags.addObject().put("key", key).put("value", value);
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
