package dev.retort.examples;

import dev.retort.distill.report.ReportFiles;
import dev.retort.efficiency.report.AtomicFile;
import dev.retort.efficiency.report.Numbers;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folder that a run writes its report and models to.
 *
 * @param path its path
 * @param isNew whether it was made for this run
 */
public record OutputFolder(Path path, boolean isNew) {
    /** More than pages and figures take. */
    private static final long REPORT_BYTES = 1 << 20;

    private static final String OPTION = "--out";

    /** Says which run with checkpoints has the folder; hidden, as nobody's result. */
    private static final String OWNER = ".retort-run";

    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

    /**
     * Refuses a folder that a run could not have to itself; makes none.
     *
     * @param out the folder, or {@code null} for a new one
     * @throws IllegalArgumentException if it is no folder or cannot be written to, or holds a
     *     report or another file
     * @throws IOException if it cannot be read
     */
    public static void check(@Nullable Path out) throws IOException {
        if (out == null) {
            return;
        }
        Places.requireFolder(OPTION, out);
        if (Files.exists(out.resolve(ReportFiles.FIGURES))) {
            throw new IllegalArgumentException(
                    out + " holds a report already; name another folder with --out");
        }
        Optional<Path> found = result(out);
        if (found.isPresent()) {
            throw new IllegalArgumentException(
                    "expected a new folder, or one without files, for --out, found " + found.get());
        }
    }

    /** A file that is somebody's result; what is hidden is not, and neither are folders. */
    private static Optional<Path> result(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> Files.isRegularFile(file))
                    .filter(file -> !file.getFileName().toString().startsWith("."))
                    .sorted()
                    .findFirst();
        }
    }

    /**
     * Refuses a folder in which another run has left results since; makes none.
     *
     * @param out the folder of a run that goes on
     * @param run tells the run from others
     * @throws IllegalArgumentException if it is so
     * @throws IOException if it cannot be read
     */
    static void requireOwn(Path out, String run) throws IOException {
        Optional<Path> found = result(out);
        if (found.isPresent() && !isOf(out, run)) {
            throw new IllegalArgumentException(
                    "expected results of this run alone in %s, found %s of another one: move that folder away to go on"
                            .formatted(out, found.get().getFileName()));
        }
    }

    /**
     * Has the folder known for that of a run with checkpoints.
     *
     * @param run tells the run from others
     * @throws IOException if that cannot be written
     */
    void own(String run) throws IOException {
        if (!isOf(path, run)) {
            // A kill must not leave half of it, which would keep the run from its own results.
            AtomicFile.write(path.resolve(OWNER), (run + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    private static boolean isOf(Path folder, String run) throws IOException {
        Path owner = folder.resolve(OWNER);
        return Files.exists(owner) && Files.readString(owner).strip().equals(run);
    }

    /**
     * Made before the training, so that a folder that cannot be written to costs no time.
     *
     * @param out the folder, or {@code null} for a new one
     * @param name what the name of a new one tells
     * @throws IllegalArgumentException if it cannot be made
     * @throws IOException if a new one cannot be made
     */
    public static OutputFolder of(@Nullable Path out, String name) throws IOException {
        if (out == null) {
            String stamp = LocalDateTime.now(ZoneId.systemDefault()).format(STAMP);
            return new OutputFolder(newFolder("distill-%s-%s".formatted(name, stamp)), true);
        }
        boolean isNew = Files.notExists(out);
        Places.make(OPTION, out);
        if (result(out).isEmpty()) {
            Files.deleteIfExists(out.resolve(OWNER));
        }
        return new OutputFolder(out, isNew);
    }

    /**
     * Whether the disk is likely to be too full, to be said before hours of training. It may have
     * room by then, so it is no refusal.
     *
     * @param models what the models take, in bytes
     * @return one sentence, or nothing, also if the file system does not say
     */
    Optional<String> warning(long models) {
        long needed = models + REPORT_BYTES;
        long free;
        try {
            free = Files.getFileStore(path).getUsableSpace();
        } catch (IOException _) {
            // Such as in a container, whose mount points need not be listed.
            return Optional.empty();
        }
        return free >= needed
                ? Optional.empty()
                : Optional.of(
                        "expected about %s of free space for models and report in %s, found %s"
                                .formatted(Numbers.bytes(needed), path, Numbers.bytes(free)));
    }

    /** A run that failed before it saved a model leaves no folder that looks like a result. */
    public void removeIfNewAndEmpty() {
        if (!isNew) {
            return;
        }
        try {
            if (result(path).isEmpty()) {
                Files.deleteIfExists(path.resolve(OWNER));
            }
            Files.delete(path);
        } catch (IOException _) {
            // It holds a model.
        }
    }

    /** Whether it is there and holds anything. */
    boolean holdsFiles() {
        try {
            return result(path).isPresent();
        } catch (IOException _) {
            return false;
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
