package dev.retort.distill.cache;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import dev.retort.distill.teacher.Teacher;
import dev.retort.distill.teacher.TeacherContract;
import dev.retort.distill.teacher.TeacherException;
import dev.retort.distill.train.Evaluation;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * A folder of teacher outputs, a file for each {@link CacheKey}. The first who needs a file has the
 * teacher asked about all samples; whoever comes later reads it. What a crash cut short is gone on
 * with. Several processes can share a folder: one fills a file, others that need the same one wait.
 *
 * <p>Holds no resources. The folder can be deleted at any time that nobody uses it.
 */
public final class CacheFolder {
    // The kernel drops all locks of a process on a file when the process closes any channel to it:
    // a file that is being filled here may not even be tried.
    private static final Set<Path> FILLING = ConcurrentHashMap.newKeySet();
    private static final int CONTRACT_SAMPLES = 16;
    private static final int VERIFIED_SAMPLES = 64;

    private final Path folder;
    private final CacheEncoding encoding;
    private final int batchSize;

    /** The files that were read as a whole and found to be as they were written. */
    private final Set<Path> intact = ConcurrentHashMap.newKeySet();

    /**
     * A folder whose files are filled in batches of {@value Evaluation#BATCH_SIZE} samples.
     *
     * @param folder the folder; made when it is needed
     * @param encoding how outputs are stored
     */
    public CacheFolder(Path folder, CacheEncoding encoding) {
        this(folder, encoding, Evaluation.BATCH_SIZE);
    }

    /**
     * A folder.
     *
     * @param folder the folder; made when it is needed
     * @param encoding how outputs are stored
     * @param batchSize the most samples that the teacher is asked about at once
     */
    public CacheFolder(Path folder, CacheEncoding encoding, int batchSize) {
        this.folder = requireNonNull(folder, "folder is null");
        this.encoding = requireNonNull(encoding, "encoding is null");
        this.batchSize = batchSize;
        if (batchSize < 1) {
            throw new IllegalArgumentException(
                    "expected a batch size of at least 1, found " + batchSize);
        }
    }

    /**
     * The folder.
     *
     * @return its path
     */
    public Path path() {
        return folder;
    }

    /**
     * How outputs are stored here.
     *
     * @return the encoding
     */
    public CacheEncoding encoding() {
        return encoding;
    }

    /**
     * Opens the outputs of a teacher, and has it asked about what is missing. Before that the
     * {@linkplain TeacherContract contract} is checked on the first samples; what was there already
     * is {@linkplain TeacherCache#verify verified} on a sample of it.
     *
     * @param key whose outputs on which samples; its encoding must be that of the folder
     * @param teacher the teacher
     * @param samples its inputs
     * @param manager what is made lives in a sub-manager of it
     * @return the outputs, all there
     * @throws CacheException if a file is of something else or damaged, differs from what the
     *     teacher says, or cannot be written; what was written is kept
     * @throws TeacherException if the teacher breaks its contract, is not that of the key, knows
     *     another number of samples, or the samples are augmented at random
     * @throws IOException if a file cannot be read
     */
    public Opened open(CacheKey key, Teacher teacher, SampleReader samples, NDManager manager)
            throws IOException {
        requireUsable(key, teacher);
        Path path = folder.resolve(key.fileName());
        // Whoever only reads needs no lock, and no folder that can be written to.
        long asked = isComplete(path, key) ? 0 : fillAlone(path, key, teacher, samples, manager);
        TeacherCache cache = TeacherCache.of(CacheFile.open(path, key), key, asked);
        try {
            int count = (int) Math.min(VERIFIED_SAMPLES, key.samples());
            return new Opened(cache, cache.verify(teacher, samples, count, manager));
        } catch (IOException | RuntimeException e) {
            cache.close();
            throw e;
        }
    }

    /**
     * Outputs, and how they compare with the live teacher.
     *
     * @param cache the outputs, to be closed
     * @param drift the comparison
     */
    public record Opened(TeacherCache cache, Drift drift) implements AutoCloseable {
        @Override
        public void close() {
            cache.close();
        }
    }

    private void requireUsable(CacheKey key, Teacher teacher) {
        if (!key.encoding().equals(encoding)) {
            throw new IllegalArgumentException(
                    "expected a key with the encoding %s of the folder, found %s"
                            .formatted(encoding.label(), key.encoding().label()));
        }
        if (key.augmentation() instanceof Augmentation.Refuse) {
            throw new TeacherException(
                    "expected samples that are the same each time for a cache of teacher outputs,"
                            + " found an augmentation at random: ask the teacher in each step, or"
                            + " fix the views of a sample");
        }
        if (teacher.samples().isPresent() && teacher.samples().getAsLong() != key.samples()) {
            throw new TeacherException(
                    "expected outputs for the %d samples of the data from %s, found them for %d"
                            .formatted(
                                    key.samples(),
                                    teacher.description(),
                                    teacher.samples().getAsLong()));
        }
        if (!teacher.fingerprint().equals(key.teacher())) {
            throw new TeacherException(
                    "expected the teacher %s of the key, found %s, which is %s"
                            .formatted(
                                    key.teacher().brief(),
                                    teacher.description(),
                                    teacher.fingerprint().brief()));
        }
    }

    /**
     * Makes the folder, and makes sure that files can be made in it: before the teacher is trained
     * whose outputs are to be stored there. A folder that cannot be written to may hold them
     * already, if it holds any.
     *
     * @throws IOException if it cannot be made, or neither be written to nor read from
     */
    public void requireUsable() throws IOException {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new CacheException(
                    "expected a folder for the outputs of teachers, found the file " + folder);
        }
        Files.createDirectories(folder);
        try {
            Files.delete(Files.createTempFile(folder, ".writable", ".probe"));
        } catch (IOException e) {
            if (!holdsOutputs()) {
                throw e;
            }
        }
    }

    /**
     * Makes sure that what any teacher said of some samples is as it was written: before the
     * teacher is trained whose outputs may be among it. Reads these files as a whole, each once
     * however often it is asked, since each seed of a study asks; what is still being filled is
     * passed over.
     *
     * @param key of the samples; whatever its teacher
     * @throws CacheException if files are damaged, with the names of all that are to be deleted
     * @throws IOException if the folder cannot be read
     */
    public void requireIntact(CacheKey key) throws IOException {
        List<Path> damaged = new ArrayList<>();
        CacheException first = null;
        for (Path file : outputs()) {
            try {
                if (!intact.contains(file) && CacheFile.check(file, key)) {
                    intact.add(file);
                }
            } catch (CacheException e) {
                damaged.add(file);
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            throw new CacheException(
                    "expected intact outputs of teachers in %s, found %s (%s); delete to have made again: %s"
                            .formatted(
                                    folder,
                                    damaged.size() == 1
                                            ? "a damaged file"
                                            : damaged.size() + " damaged files",
                                    first.getMessage(),
                                    damaged.stream()
                                            .map(Path::toString)
                                            .collect(Collectors.joining(" "))),
                    first);
        }
    }

    private boolean holdsOutputs() throws IOException {
        return !outputs().isEmpty();
    }

    private List<Path> outputs() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(CacheKey.SUFFIX))
                    .sorted()
                    .toList();
        }
    }

    private static boolean isComplete(Path path, CacheKey key) throws IOException {
        if (!Files.exists(path)) {
            return false;
        }
        try (CacheFile file = CacheFile.open(path, key)) {
            return file.isComplete();
        }
    }

    private long fillAlone(
            Path path, CacheKey key, Teacher teacher, SampleReader samples, NDManager manager)
            throws IOException {
        Files.createDirectories(folder);
        Path place = folder.toRealPath().resolve(key.fileName());
        if (!FILLING.add(place)) {
            throw new CacheException(
                    "expected " + path + " to be free, found it being filled by this process");
        }
        // A lock file for each key, which the kernel frees when a process ends.
        try (FileChannel channel =
                        FileChannel.open(
                                folder.resolve("." + key.fileName() + ".lock"),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                FileLock _ = channel.lock()) {
            return fill(path, key, teacher, samples, manager);
        } finally {
            FILLING.remove(place);
        }
    }

    private long fill(
            Path path, CacheKey key, Teacher teacher, SampleReader samples, NDManager manager)
            throws IOException {
        CacheFiller filler = new CacheFiller(path, key, teacher, samples, batchSize, manager);
        boolean isNew = Files.notExists(path);
        if (isNew) {
            checkContract(key, teacher, samples, manager);
            filler.create();
        }
        try (CacheFile file = CacheFile.open(path, key)) {
            return file.isComplete() ? 0 : filler.fill(file);
        }
    }

    private static void checkContract(
            CacheKey key, Teacher teacher, SampleReader samples, NDManager manager) {
        long count = Math.min(CONTRACT_SAMPLES, key.samples());
        if (count < 2) {
            return;
        }
        long[] positions = LongStream.range(0, count).toArray();
        try (NDManager scope = manager.newSubManager()) {
            NDList data = samples.read(positions, 0, scope);
            TeacherContract.check(teacher, data, positions, key.classes(), scope);
        }
    }
}
