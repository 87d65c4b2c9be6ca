package dev.retort.distill.checkpoint;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import dev.retort.torch.safetensors.Safetensors;
import dev.retort.torch.safetensors.SafetensorsFile;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The checkpoints of one training in a folder of their own. Each is a file in the safetensors
 * format, {@code 000012-step-1200.safetensors} where it is the twelfth, which Python can open, with
 * a checksum beside it in the format of {@code sha256sum}.
 *
 * <p>A checkpoint is written beside its place, forced to disk and renamed, and then its checksum in
 * the same way; it exists once that does. Older ones are deleted only afterwards, so that a crash
 * or a full disk costs none that was there. An interrupt waits until it is written. A file without
 * a checksum is never used. One that nothing older is there beside is left where it is; another
 * that looks whole stays until the training is as far once more. Not thread-safe, and one process
 * at a time, which the caller sees to. Needs {@code dev.retort:retort-torch} on the class path.
 */
public final class CheckpointFolder {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointFolder.class);
    private static final JsonMapper JSON = new JsonMapper();
    private static final String VERSION = "1";

    private final Path folder;
    private final int kept;
    private final Set<Path> damaged = new HashSet<>();
    private final Set<Path> unchecked = new HashSet<>();

    /**
     * A folder of checkpoints, made when the first one is saved.
     *
     * @param folder the folder
     * @param kept how many of the latest checkpoints stay, at least 1; with one, a damaged file
     *     costs the whole training
     * @throws IllegalStateException if {@code dev.retort:retort-torch} is missing
     */
    public CheckpointFolder(Path folder, int kept) {
        SafetensorsLibrary.require();
        this.folder = requireNonNull(folder, "folder is null");
        this.kept = kept;
        if (kept < 1) {
            throw new IllegalArgumentException("expected to keep at least 1, found " + kept);
        }
    }

    /**
     * Where the checkpoints are.
     *
     * @return the folder
     */
    public Path path() {
        return folder;
    }

    /**
     * A folder in this one for the checkpoints of a part of the training, which keeps as many.
     *
     * @param name the name of the folder
     * @return the folder, made when the first checkpoint is saved in it
     */
    public CheckpointFolder within(String name) {
        return new CheckpointFolder(folder.resolve(name), kept);
    }

    /**
     * The newest checkpoint that is as it was saved. A damaged or truncated one is passed over for
     * the one before it, and so is one without its checksum, with a warning in the log.
     *
     * @param identity what the training is of: the same names and values as were given to {@link
     *     #save}
     * @return the checkpoint, or empty if there is none
     * @throws OtherTrainingException if the checkpoint is of something else
     * @throws CheckpointException if there are checkpoints and all are damaged
     * @throws IOException if the folder cannot be read
     */
    public Optional<Checkpoint> newest(Map<String, String> identity) throws IOException {
        Optional<Checkpoint> newest = newest();
        if (newest.isPresent()) {
            newest.get().requireIdentity(identity);
        }
        return newest;
    }

    /**
     * The newest checkpoint that is as it was saved, whatever it is of.
     *
     * @return the checkpoint, or empty if there is none
     * @throws CheckpointException if there are checkpoints and all are damaged
     * @throws IOException if the folder cannot be read
     */
    public Optional<Checkpoint> newest() throws IOException {
        FolderContents contents = FolderContents.of(folder);
        Map<Path, String> failures = new LinkedHashMap<>();
        Optional<Checkpoint> newest = newest(contents, failures);
        // Whoever asks twice is not told twice.
        failures.forEach(
                (file, words) -> {
                    if (damaged.add(file)) {
                        LOG.warn("{}; one before it is used", words);
                    }
                });
        warnOfUnchecked(contents, newest);
        return newest;
    }

    /**
     * The same, without a warning in the log; for whoever only asks how far the training is.
     *
     * @return the checkpoint, or empty if there is none
     * @throws CheckpointException if there are checkpoints and all are damaged
     * @throws IOException if the folder cannot be read
     */
    public Optional<Checkpoint> peek() throws IOException {
        return newest(FolderContents.of(folder), new LinkedHashMap<>());
    }

    private Optional<Checkpoint> newest(FolderContents contents, Map<Path, String> failures)
            throws IOException {
        for (Path file : contents.checkpoints().reversed()) {
            try {
                return Optional.of(checkpoint(file, metadata(file)));
            } catch (DamagedException e) {
                failures.put(file, e.words);
            }
        }
        if (!failures.isEmpty()) {
            throw new CheckpointException(
                    "expected an intact checkpoint in %s, found %s: delete this folder to begin its training anew"
                            .formatted(folder, String.join(", and ", failures.values())));
        }
        return Optional.empty();
    }

    /** A save leaves one that was killed right before its end, and so does a copy without them. */
    private void warnOfUnchecked(FolderContents contents, Optional<Checkpoint> used) {
        long step = used.map(Checkpoint::step).orElse(-1L);
        String consequence =
                used.map(checkpoint -> "the one of step %d is used".formatted(checkpoint.step()))
                        .orElse("the training begins anew");
        contents.unchecked().reversed().stream()
                .filter(file -> FolderContents.step(file) > step && looksWhole(file))
                .findFirst()
                .filter(unchecked::add)
                .ifPresent(
                        file ->
                                LOG.warn(
                                        "{} looks whole but has no checksum beside it, so {}; if it was copied without one, stop this, delete the files with higher numbers, run `sha256sum {} > {}` in its folder, and go on from it",
                                        file,
                                        consequence,
                                        file.getFileName(),
                                        Checksum.of(file).getFileName()));
    }

    private static boolean looksWhole(Path file) {
        try (SafetensorsFile _ = SafetensorsFile.open(file)) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /** A file cannot be gone on from; another can be tried. */
    private static final class DamagedException extends Exception {
        private static final long serialVersionUID = 1L;

        private final String words;

        DamagedException(Path file, IOException cause) {
            super(cause);
            words =
                    cause instanceof CheckpointException
                            ? String.valueOf(cause.getMessage())
                            : "%s, which cannot be read (%s)".formatted(file, cause.getMessage());
        }
    }

    /** What a file says of itself. */
    private static Map<String, String> metadata(Path file)
            throws DamagedException, ClosedByInterruptException {
        try {
            Checksum.verify(file);
            try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
                return new LinkedHashMap<>(tensors.metadata());
            }
        } catch (ClosedByInterruptException e) {
            // This says nothing of the file.
            throw e;
        } catch (IOException e) {
            throw new DamagedException(file, e);
        }
    }

    private static Checkpoint checkpoint(Path file, Map<String, String> metadata)
            throws IOException {
        String version = metadata.get("version");
        if (!VERSION.equals(version)) {
            throw new CheckpointException(
                    "expected version %s of the format of checkpoints in %s, found %s"
                            .formatted(VERSION, file, version));
        }
        Map<String, String> identity = new LinkedHashMap<>();
        JSON.readTree(metadata.getOrDefault("identity", "{}"))
                .properties()
                .forEach(entry -> identity.put(entry.getKey(), entry.getValue().asText()));
        return new Checkpoint(
                file,
                Long.parseLong(metadata.getOrDefault("step", "0")),
                identity,
                JSON.readTree(metadata.getOrDefault("state", "{}")));
    }

    /**
     * Saves a checkpoint and then deletes the oldest. When it returns, the checkpoint is on disk.
     *
     * @param step steps done, at least 0
     * @param identity what the training is of, by what it is called
     * @param state what is no array
     * @param arrays the arrays by name, on any device; only read
     * @return the checkpoint
     * @throws CheckpointException if it cannot be written; those that were there stay
     */
    public Checkpoint save(
            long step,
            Map<String, String> identity,
            JsonNode state,
            Map<String, ? extends NDArray> arrays)
            throws CheckpointException {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("version", VERSION);
        metadata.put("step", Long.toString(step));
        Path file;
        try {
            file = FolderContents.of(folder).next(step);
            metadata.put("identity", JSON.writeValueAsString(new TreeMap<>(identity)));
            metadata.put("state", JSON.writeValueAsString(state));
            write(file, arrays, metadata);
        } catch (IOException e) {
            throw new CheckpointException(
                    "the checkpoint of step %d cannot be written to %s (%s); those before it stay"
                            .formatted(step, folder, e.getMessage()),
                    e);
        }
        prune(step);
        return new Checkpoint(file, step, identity, state);
    }

    /**
     * Saves the weights of the best epoch alone as {@code best.safetensors}, with a checksum too,
     * in place of those of an earlier one.
     *
     * @param arrays the arrays by name, on any device; only read
     * @param metadata what the file says of itself
     * @throws IOException if it cannot be written
     */
    public void saveBest(Map<String, ? extends NDArray> arrays, Map<String, String> metadata)
            throws IOException {
        write(folder.resolve(FolderContents.BEST + Checksum.CHECKED), arrays, metadata);
    }

    /** Writes a file and its checksum, and begins anew where an interrupt closed it. */
    private void write(
            Path file, Map<String, ? extends NDArray> arrays, Map<String, String> metadata)
            throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                interrupted |= Thread.interrupted();
                try {
                    createFolder();
                    Safetensors.save(file, arrays, metadata);
                    Checksum.write(file);
                    return;
                } catch (ClosedByInterruptException _) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Makes the folder and those above it that are missing; their names are on disk as well. */
    private void createFolder() throws IOException {
        Deque<Path> parents = new ArrayDeque<>();
        Path path = folder.toAbsolutePath();
        while (path != null && Files.notExists(path)) {
            path = path.getParent();
            if (path != null) {
                parents.push(path);
            }
        }
        Files.createDirectories(folder);
        for (Path parent : parents) {
            Checksum.forceFolder(parent);
        }
    }

    /**
     * What is left over costs room alone, so trouble with it ends no training.
     *
     * @param step that of the checkpoint that was saved
     */
    private void prune(long step) {
        try {
            FolderContents contents = FolderContents.of(folder);
            int intact = 0;
            for (Path file : contents.checkpoints().reversed()) {
                if (intact == kept) {
                    // First what makes it a checkpoint.
                    Files.deleteIfExists(Checksum.of(file));
                    Files.deleteIfExists(file);
                } else if (!damaged.contains(file)) {
                    intact++;
                }
            }
            for (Path staged : contents.staged()) {
                Files.deleteIfExists(staged);
            }
            for (Path file : contents.cutShort()) {
                // The user may have been told to go on from it.
                if (FolderContents.step(file) <= step || !looksWhole(file)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            LOG.warn("old checkpoints in {} cannot be deleted: {}", folder, e.getMessage());
        }
    }
}
