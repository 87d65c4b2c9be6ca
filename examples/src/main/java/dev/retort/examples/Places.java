package dev.retort.examples;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files and folders that options name, refused in one sentence before any work is done. */
public final class Places {
    private Places() {}

    /**
     * Refuses what could not be a folder to write to; makes none.
     *
     * @throws IllegalArgumentException if it, or what it lies in, is a file or read-only
     */
    static void requireFolder(String option, Path folder) {
        if (folder.toString().isBlank()) {
            throw new IllegalArgumentException(
                    "expected a folder for %s, found nothing".formatted(option));
        }
        Path existing = folder.toAbsolutePath();
        while (existing.getParent() != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        if (!Files.isDirectory(existing)) {
            throw new IllegalArgumentException(
                    Files.exists(folder)
                            ? "expected a folder for %s, found the file %s"
                                    .formatted(option, folder)
                            : "expected a folder for %s, found %s below the file %s"
                                    .formatted(option, folder, existing));
        }
        if (!Files.isWritable(existing)) {
            throw new IllegalArgumentException(
                    "expected a folder that can be written to for %s, found %s"
                            .formatted(option, folder));
        }
    }

    /**
     * Makes a folder, which may exist, as the file system alone knows whether it can.
     *
     * @throws IllegalArgumentException if it cannot
     */
    static void make(String option, Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "expected a folder that can be made for %s, found %s%s"
                            .formatted(option, folder, reason(e)),
                    e);
        }
    }

    /**
     * Makes the folder of a file that is to be written, and tries whether it can be written to, as
     * the file system alone knows that.
     *
     * @throws IllegalArgumentException if it cannot
     */
    public static void requireWritable(String option, Path file) {
        Path folder = requireNonNull(file.toAbsolutePath().getParent(), "a file is in a folder");
        make("the file of " + option, folder);
        try {
            Files.delete(Files.createTempFile(folder, ".", ".tmp"));
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "expected a file that can be written for %s, found %s%s"
                            .formatted(option, file, reason(e)),
                    e);
        }
    }

    private static String reason(IOException error) {
        return error instanceof FileSystemException file && file.getReason() != null
                ? " (%s)".formatted(file.getReason())
                : "";
    }

    /**
     * Refuses a file that is not there.
     *
     * @param what what the file is expected to be
     * @throws IllegalArgumentException if there is none, or a folder
     */
    static void requireFile(String what, Path file) {
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException(
                    "expected %s, found %s %s"
                            .formatted(
                                    what,
                                    Files.isDirectory(file) ? "the folder" : "no file at",
                                    file));
        }
    }
}
