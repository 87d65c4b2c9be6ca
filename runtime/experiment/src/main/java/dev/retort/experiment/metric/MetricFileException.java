package dev.retort.experiment.metric;

import java.io.IOException;

/** A file that is no file of metrics, or a damaged one. */
public final class MetricFileException extends IOException {
    private static final long serialVersionUID = 1L;

    MetricFileException(String message) {
        super(message);
    }
}
