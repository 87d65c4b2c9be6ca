package dev.retort.experiment.metric;

import java.util.Objects;

/**
 * A value that was measured at a step.
 *
 * @param metric its name
 * @param step the step
 * @param wallMillis when it was recorded, in milliseconds since 1970
 * @param value what was measured; may be no number
 */
public record MetricPoint(String metric, long step, long wallMillis, double value) {
    /** Checks the components. */
    public MetricPoint {
        Objects.requireNonNull(metric, "metric is null");
    }
}
