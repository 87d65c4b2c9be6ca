package dev.retort.experiment.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A run of a tracking server, as it is there: its results are not those of a registered experiment
 * here, so they are shown beside them and never judged with them.
 *
 * @param id its number there
 * @param name its name
 * @param status its status there, such as {@code FINISHED}
 * @param parameters its parameters
 * @param metrics the last value of each metric
 * @param tags its tags
 */
public record MlflowRun(
        String id,
        String name,
        String status,
        Map<String, String> parameters,
        Map<String, Double> metrics,
        Map<String, String> tags) {
    private static final int PAGE = 500;

    /** Copies the maps. */
    public MlflowRun {
        parameters = Collections.unmodifiableMap(new TreeMap<>(parameters));
        metrics = Collections.unmodifiableMap(new TreeMap<>(metrics));
        tags = Collections.unmodifiableMap(new TreeMap<>(tags));
    }

    /**
     * Fetches the runs of an experiment.
     *
     * @param server the URL of the tracking server
     * @param experiment the name of the experiment there
     * @return its runs
     * @throws MlflowException if the server does not do what it should, or has no such experiment
     * @throws InterruptedException if the thread was interrupted
     */
    public static List<MlflowRun> fetch(URI server, String experiment)
            throws IOException, InterruptedException {
        MlflowClient client = new MlflowClient(server);
        String id =
                client.experiment(experiment)
                        .orElseThrow(
                                () ->
                                        new MlflowException(
                                                "the tracking server at "
                                                        + server
                                                        + " has no experiment "
                                                        + experiment));
        List<MlflowRun> runs = new ArrayList<>();
        String token = "";
        do {
            ObjectNode search = MlflowClient.JSON.createObjectNode().put("max_results", PAGE);
            search.putArray("experiment_ids").add(id);
            if (!token.isEmpty()) {
                search.put("page_token", token);
            }
            JsonNode page = client.post("runs/search", search);
            page.path("runs").forEach(run -> runs.add(of(run)));
            token = page.path("next_page_token").asText("");
        } while (!token.isEmpty());
        return List.copyOf(runs);
    }

    private static MlflowRun of(JsonNode run) {
        JsonNode info = run.path("info");
        JsonNode data = run.path("data");
        Map<String, Double> metrics = new TreeMap<>();
        // A value that is no number comes as a text.
        data.path("metrics")
                .forEach(
                        each ->
                                metrics.put(
                                        each.path("key").asText(),
                                        Double.valueOf(each.path("value").asText())));
        return new MlflowRun(
                info.path("run_id").asText(),
                info.path("run_name").asText(),
                info.path("status").asText(),
                texts(data.path("params")),
                metrics,
                texts(data.path("tags")));
    }

    private static Map<String, String> texts(JsonNode pairs) {
        Map<String, String> found = new TreeMap<>();
        pairs.forEach(each -> found.put(each.path("key").asText(), each.path("value").asText()));
        return found;
    }
}
