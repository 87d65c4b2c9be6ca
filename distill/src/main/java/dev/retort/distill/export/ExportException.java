package dev.retort.distill.export;

/** A model cannot be exported, or what was exported is not the model. */
public final class ExportException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ExportException(String message) {
        super(message);
    }
}
