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
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The checkpoints of one training in a folder of their own. Each is a file in the safetensors
 * format, {@code 000012-step-1200.safetensors} where it is the twelfth, which Python can open, with
 * a checksum beside it in the format of {@code sha256sum}.
 *
 * <p>A checkpoint is written beside its place, forced to disk and renamed, and then its checksum in
 * the same way; it exists once that does. Older ones are deleted only afterwards, so that a crash
 * or a full disk costs none that was there. Not thread-safe, and one process at a time.
 */
public final class CheckpointFolder {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointFolder.class);
    private static final JsonMapper JSON = new JsonMapper();
    private static final String VERSION = "1";
    private static final Pattern NAME = Pattern.compile("(\\d{6})-step-\\d+\\" + Checksum.SUFFIX);
    private static final String LEFT_OVER = "\\.?\\d{6}-step-\\d+\\" + Checksum.CHECKED + ".*";

    private final Path folder;
    private final int kept;

    /**
     * A folder of checkpoints, made when the first one is saved.
     *
     * @param folder the folder
     * @param kept how many of the latest checkpoints stay, at least 1; with one, a damaged file
     *     costs the whole training
     */
    public CheckpointFolder(Path folder, int kept) {
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
     * The newest checkpoint that is as it was saved. A damaged or truncated one is passed over for
     * the one before it, with a warning in the log.
     *
     * @param identity what the training is of: the same names and values as were given to {@link
     *     #save}
     * @return the checkpoint, or empty if there is none
     * @throws CheckpointException if the checkpoint is of something else, or there are checkpoints
     *     and all are damaged
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
     * The step of the newest checkpoint that is as it was saved, whatever it is of: where the
     * ledger of a resumed training goes on from.
     *
     * @return the step, 0 if there is no checkpoint
     * @throws IOException if the folder cannot be read, or all its checkpoints are damaged
     */
    public long newestStep() throws IOException {
        return newest().map(Checkpoint::step).orElse(0L);
    }

    private Optional<Checkpoint> newest() throws IOException {
        List<Path> files = files();
        for (Path file : files.reversed()) {
            Optional<String> damage = Checksum.damage(file);
            if (damage.isEmpty()) {
                return Optional.of(read(file));
            }
            LOG.warn("{}; the checkpoint before it is tried", damage.get());
        }
        if (!files.isEmpty()) {
            throw new CheckpointException(
                    "expected an intact checkpoint in %s, found %d and all damaged; the log says how"
                            .formatted(folder, files.size()));
        }
        return Optional.empty();
    }

    private static Checkpoint read(Path file) throws IOException {
        Map<String, String> metadata = metadata(file);
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

    private static Map<String, String> metadata(Path file) throws IOException {
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            return new LinkedHashMap<>(tensors.metadata());
        }
    }

    /**
     * Saves a checkpoint and then deletes the oldest. When it returns, the checkpoint is on disk.
     *
     * @param step steps done, at least 0
     * @param identity what the training is of, by what it is called
     * @param state what is no array
     * @param arrays the arrays by name, on any device; only read
     * @throws CheckpointException if it cannot be written; those that were there stay
     */
    public void save(
            long step,
            Map<String, String> identity,
            JsonNode state,
            Map<String, ? extends NDArray> arrays)
            throws CheckpointException {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("version", VERSION);
        metadata.put("step", Long.toString(step));
        try {
            Path file = next(step);
            metadata.put("identity", JSON.writeValueAsString(new TreeMap<>(identity)));
            metadata.put("state", JSON.writeValueAsString(state));
            Files.createDirectories(folder);
            Safetensors.save(file, arrays, metadata);
            Checksum.write(file);
        } catch (IOException e) {
            throw new CheckpointException(
                    "the checkpoint of step %d cannot be written to %s (%s); those before it stay"
                            .formatted(step, folder, e.getMessage()),
                    e);
        }
        prune();
    }

    /** What is left over costs room alone, so trouble with it ends no training. */
    private void prune() {
        try {
            List<Path> files = files();
            for (Path file : files.subList(0, Math.max(0, files.size() - kept))) {
                // First what makes it a checkpoint.
                Files.deleteIfExists(Checksum.of(file));
                Files.deleteIfExists(file);
            }
            for (Path leftOver : leftOvers()) {
                Files.deleteIfExists(leftOver);
            }
        } catch (IOException e) {
            LOG.warn("old checkpoints in {} cannot be deleted: {}", folder, e.getMessage());
        }
    }

    /** Files that a save left which was cut short: before its rename, or before its checksum. */
    private List<Path> leftOvers() throws IOException {
        return names().stream()
                .filter(name -> name.matches(LEFT_OVER))
                .map(folder::resolve)
                .filter(
                        path ->
                                path.getFileName().toString().startsWith(".")
                                        || !Files.exists(Checksum.of(path)))
                .toList();
    }

    /** The checkpoints in order, damaged ones included. */
    private List<Path> files() throws IOException {
        return names().stream()
                .filter(name -> NAME.matcher(name).matches())
                .map(name -> name.replace(Checksum.SUFFIX, Checksum.CHECKED))
                .map(folder::resolve)
                .toList();
    }

    private List<String> names() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(path -> path.getFileName().toString()).sorted().toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** A name that no checkpoint had that is still there, also not one of the same step. */
    private Path next(long step) throws IOException {
        List<Path> files = files();
        int number =
                files.isEmpty()
                        ? 1
                        : 1
                                + Integer.parseInt(
                                        files.getLast().getFileName().toString().substring(0, 6));
        return folder.resolve("%06d-step-%d%s".formatted(number, step, Checksum.CHECKED));
    }
}
