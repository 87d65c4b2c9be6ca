package dev.retort.experiment.mlflow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** The requests of MLflow's REST API that are needed here. Safe for use by several threads. */
final class MlflowClient {
    static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int NOT_FOUND = 404;

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private final String base;

    MlflowClient(URI server) {
        String text = server.toString();
        base = (text.endsWith("/") ? text : text + "/") + "api/2.0/mlflow/";
    }

    /** The number of an experiment by its name. */
    Optional<String> experiment(String name) throws IOException, InterruptedException {
        String path =
                "experiments/get-by-name?experiment_name="
                        + URLEncoder.encode(name, StandardCharsets.UTF_8);
        HttpResponse<String> answer = send(HttpRequest.newBuilder(URI.create(base + path)).GET());
        return answer.statusCode() == NOT_FOUND
                ? Optional.empty()
                : Optional.of(
                        checked(path, answer).path("experiment").path("experiment_id").asText());
    }

    JsonNode post(String path, ObjectNode body) throws IOException, InterruptedException {
        return checked(
                path,
                send(
                        HttpRequest.newBuilder(URI.create(base + path))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))));
    }

    private HttpResponse<String> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        try {
            return http.send(
                    request.timeout(TIMEOUT).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new MlflowException(
                    "the tracking server at " + base + " cannot be reached: " + reason(e), e);
        }
    }

    /** The client says what went wrong by the type alone. */
    private static String reason(IOException error) {
        return switch (error) {
            case HttpTimeoutException _ -> "no answer within " + TIMEOUT.toSeconds() + " seconds";
            case ConnectException e when e.getCause() instanceof ConnectException cause ->
                    reason(cause);
            case ConnectException e when hasCause(e, UnresolvedAddressException.class) ->
                    "the name of its host is not known";
            case ConnectException e ->
                    e.getMessage() == null
                            ? "connection refused"
                            : e.getMessage().toLowerCase(Locale.ROOT);
            default -> error.getMessage() == null ? error.toString() : error.getMessage();
        };
    }

    private static boolean hasCause(Throwable error, Class<? extends Throwable> type) {
        Throwable next = error;
        while (next != null && !type.isInstance(next)) {
            next = next.getCause();
        }
        return next != null;
    }

    private JsonNode checked(String path, HttpResponse<String> answer) throws MlflowException {
        if (answer.statusCode() / 100 != 2) {
            throw new MlflowException(
                    "the tracking server answered "
                            + answer.statusCode()
                            + " to "
                            + base
                            + path
                            + ": "
                            + answer.body().lines().findFirst().orElse("nothing"));
        }
        try {
            return JSON.readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw new MlflowException(
                    "expected JSON of the tracking server at " + base + path + ", found none", e);
        }
    }
}
