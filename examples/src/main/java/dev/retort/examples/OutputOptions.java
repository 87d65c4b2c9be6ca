package dev.retort.examples;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Path;

/** The options of a command that say what it writes, and what it shows meanwhile. */
final class OutputOptions {
    static final String PROGRESS = "--progress";

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "Folder for report and models, a new one or one without files; default"
                            + " runs/distill-<name of the recipe>-<time>.")
    private @Nullable Path out;

    @Option(
            names = PROGRESS,
            paramLabel = "KIND",
            defaultValue = "auto",
            description =
                    "bar, plain, none, or auto: a bar on a terminal, plain lines elsewhere and"
                            + " where CI is set.")
    private ProgressKind progress;

    /** {@code --out}. */
    @Nullable Path out() {
        return out;
    }

    ProgressKind progress() {
        return progress;
    }

    /**
     * Makes the folder.
     *
     * @throws IllegalArgumentException if it cannot be made
     * @throws IOException if a new one cannot be made
     */
    OutputFolder folder(String name) throws IOException {
        return OutputFolder.of(out, name);
    }
}
