package dev.retort.experiment.mlflow;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.retort.experiment.metric.MetricPoint;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** The metrics of a run on their way to a tracking server. Of one thread. */
final class MlflowMetrics {
    /** What the server takes in one request. */
    private static final int MOST = 1000;

    private final MlflowClient client;
    private final String run;
    private final Map<String, Last> last = new HashMap<>();
    private ArrayNode waiting = MlflowClient.JSON.createArrayNode();

    MlflowMetrics(MlflowClient client, String run) {
        this.client = client;
        this.run = run;
    }

    /** The largest step and time of a metric. */
    private record Last(long step, long millis) {
        Last and(Last other) {
            return new Last(Math.max(step, other.step), Math.max(millis, other.millis));
        }
    }

    void add(MetricPoint point) throws IOException, InterruptedException {
        String name = MlflowPairs.name(point.metric());
        last.merge(name, new Last(point.step(), point.wallMillis()), Last::and);
        add(name, point.value(), point.wallMillis(), point.step());
    }

    /**
     * Adds a result so that it becomes the latest value of its metric, which to the server is that
     * of the largest step and, of equals, of the largest time.
     */
    void addResult(String metric, double value, long millis)
            throws IOException, InterruptedException {
        String name = MlflowPairs.name(metric);
        Last before = last.get(name);
        if (before == null) {
            add(name, value, millis, 0);
        } else {
            add(name, value, Math.max(millis, before.millis + 1), before.step);
        }
    }

    private void add(String name, double value, long millis, long step)
            throws IOException, InterruptedException {
        ObjectNode metric = waiting.addObject().put("key", name);
        if (Double.isFinite(value)) {
            metric.put("value", value);
        } else {
            metric.put("value", Double.toString(value));
        }
        metric.put("timestamp", millis).put("step", step);
        if (waiting.size() == MOST) {
            send();
        }
    }

    /** Sends what has not been sent. */
    void send() throws IOException, InterruptedException {
        if (!waiting.isEmpty()) {
            ObjectNode batch = MlflowClient.JSON.createObjectNode().put("run_id", run);
            batch.set("metrics", waiting);
            client.post("runs/log-batch", batch);
            waiting = MlflowClient.JSON.createArrayNode();
        }
    }
}
