package dev.retort.efficiency.journal;

import java.io.IOException;
import java.nio.file.Path;

/** A run of the same name is open. */
public final class JournalInUseException extends IOException {
    private static final long serialVersionUID = 1;

    JournalInUseException(Path file) {
        super("expected a run with a name of its own, found one that is open: " + file);
    }
}
