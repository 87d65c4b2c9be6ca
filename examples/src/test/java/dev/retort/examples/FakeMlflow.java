package dev.retort.examples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a tracking server of MLflow answers to the requests that are made here. */
final class FakeMlflow implements AutoCloseable {
    private static final Pattern CONDITION = Pattern.compile("tags\\.\"([^\"]+)\" = '([^']*)'");
    private static final ObjectMapper JSON = new ObjectMapper();

    final Map<String, String> experiments = new LinkedHashMap<>();
    final List<ObjectNode> runs = new ArrayList<>();

    /** The name of a run that is not taken. */
    String refused = "";

    final List<String> requests = new ArrayList<>();

    private final HttpServer server;

    FakeMlflow() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/2.0/mlflow/", this::handle);
        server.start();
    }

    URI url() {
        return URI.create("http://localhost:" + server.getAddress().getPort());
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath().substring("/api/2.0/mlflow/".length());
        requests.add(path);
        JsonNode body = JSON.readTree(exchange.getRequestBody());
        ObjectNode answer = JSON.createObjectNode();
        int status = 200;
        switch (path) {
            case "experiments/get-by-name" -> {
                String name = exchange.getRequestURI().getQuery().split("=", 2)[1];
                String id = experiments.get(name);
                if (id == null) {
                    status = 404;
                } else {
                    answer.putObject("experiment").put("experiment_id", id);
                }
            }
            case "experiments/create" -> {
                String id = Integer.toString(experiments.size() + 1);
                experiments.put(body.get("name").textValue(), id);
                answer.put("experiment_id", id);
            }
            case "runs/create" -> {
                ObjectNode run = JSON.createObjectNode();
                run.putObject("info")
                        .put("run_id", "r" + runs.size())
                        .put("run_name", body.get("run_name").textValue())
                        .put("lifecycle_stage", "active")
                        .put("status", "RUNNING");
                ObjectNode data = run.putObject("data");
                data.putArray("params");
                data.putArray("metrics");
                data.set("tags", body.get("tags"));
                runs.add(run);
                answer.set("run", run);
            }
            case "runs/log-batch" -> {
                ObjectNode data = data(body);
                body.path("params").forEach(((ArrayNode) data.get("params"))::add);
                String name = run(body).get("info").get("run_name").textValue();
                if (body.path("metrics").size() > 1000
                        || body.path("params").size() > 100
                        || !areDistinctNames(data.get("params"))
                        || name.equals(refused)) {
                    status = 400;
                }
                body.path("metrics").forEach(((ArrayNode) data.get("metrics"))::add);
            }
            case "runs/set-tag" ->
                    ((ArrayNode) data(body).get("tags"))
                            .addObject()
                            .put("key", body.get("key").textValue())
                            .put("value", body.get("value").textValue());
            case "runs/update" ->
                    ((ObjectNode) run(body).get("info"))
                            .put("status", body.get("status").textValue());
            case "runs/delete" ->
                    ((ObjectNode) run(body).get("info")).put("lifecycle_stage", "deleted");
            case "runs/search" -> {
                ArrayNode found = answer.putArray("runs");
                String filter = body.path("filter").asText("");
                active().stream().filter(run -> fits(run, filter)).forEach(found::add);
            }
            default -> status = 404;
        }
        byte[] bytes = JSON.writeValueAsBytes(answer);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    /** The runs that were not deleted. */
    List<ObjectNode> active() {
        return runs.stream()
                .filter(run -> run.get("info").get("lifecycle_stage").textValue().equals("active"))
                .toList();
    }

    /** Whether a run has the tags of a filter such as {@code tags."a" = 'b' and tags."c" = 'd'}. */
    private static boolean fits(JsonNode run, String filter) {
        Matcher condition = CONDITION.matcher(filter);
        while (condition.find()) {
            if (!tag(run, condition.group(1)).equals(condition.group(2))) {
                return false;
            }
        }
        return true;
    }

    private static boolean areDistinctNames(JsonNode parameters) {
        Set<String> names = new HashSet<>();
        for (JsonNode each : parameters) {
            String name = each.get("key").textValue();
            if (!name.matches("[\\w./ -]{1,250}") || !names.add(name)) {
                return false;
            }
        }
        return true;
    }

    private ObjectNode run(JsonNode body) {
        return runs.get(Integer.parseInt(body.get("run_id").textValue().substring(1)));
    }

    private ObjectNode data(JsonNode body) {
        return (ObjectNode) run(body).get("data");
    }

    static String tag(JsonNode run, String key) {
        for (JsonNode tag : run.get("data").get("tags")) {
            if (tag.get("key").textValue().equals(key)) {
                return tag.get("value").textValue();
            }
        }
        return "none";
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
