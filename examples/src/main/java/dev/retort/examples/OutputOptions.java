package dev.retort.examples;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Path;

/** The options of a command that say what it writes, and what it shows meanwhile. */
final class OutputOptions {
    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "Folder for report and models, made if it is missing; default a new one,"
                            + " runs/distill-<data>-<time>.")
    private @Nullable Path out;

    @Option(
            names = "--progress",
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
     * @throws IllegalArgumentException if it is none, or holds a report
     * @throws IOException if it cannot be made or written to
     */
    OutputFolder folder(String name) throws IOException {
        return OutputFolder.of(out, name);
    }
}
