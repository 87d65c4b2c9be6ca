package dev.retort.examples;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/** The folder that a run writes its report and models to. */
public final class OutputFolder {
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

    private OutputFolder() {}

    /**
     * The folder, made before the training, so that one that cannot be written to costs no time.
     *
     * @param out what the user named, or {@code null} for a new one
     * @param recipe what is run, for the name of a new one
     * @param command the command, for messages
     * @return an existing folder without a report
     * @throws IOException if it cannot be made or written to
     */
    public static Path of(@Nullable Path out, Object recipe, CommandLine command)
            throws IOException {
        if (out != null && out.toString().isBlank()) {
            throw new ParameterException(command, "expected a folder for --out, found nothing");
        }
        if (out == null) {
            return newFolder(
                    "distill-%s-%s"
                            .formatted(
                                    recipe,
                                    LocalDateTime.now(ZoneId.systemDefault()).format(STAMP)));
        }
        Path folder = out;
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new ParameterException(
                    command, "expected a folder for --out, found the file " + folder);
        }
        if (Files.exists(folder.resolve("report.json"))) {
            throw new ParameterException(
                    command, folder + " holds a report already; name another folder with --out");
        }
        Files.createDirectories(folder);
        if (!Files.isWritable(folder)) {
            throw new AccessDeniedException(folder.toString());
        }
        return folder;
    }

    /**
     * Removes a folder without a file: a run that failed before it saved a model leaves none that
     * looks like a result.
     *
     * @param folder the folder
     */
    public static void removeIfEmpty(Path folder) {
        try {
            Files.delete(folder);
        } catch (IOException _) {
            // It holds a model.
        }
    }

    /** A folder that no other run has, also of those that began in the same second. */
    private static Path newFolder(String name) throws IOException {
        Path runs = Files.createDirectories(Path.of("runs"));
        for (int i = 1; ; i++) {
            try {
                return Files.createDirectory(runs.resolve(i == 1 ? name : name + "-" + i));
            } catch (FileAlreadyExistsException _) {
                // The next number may be free.
            }
        }
    }
}
