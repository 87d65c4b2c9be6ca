package dev.retort.experiment.mlflow;

import java.io.IOException;

/** A tracking server that cannot be reached, refused a request, or answered something else. */
public final class MlflowException extends IOException {
    private static final long serialVersionUID = 1L;

    MlflowException(String message) {
        super(message);
    }

    MlflowException(String message, Throwable cause) {
        super(message, cause);
    }
}
