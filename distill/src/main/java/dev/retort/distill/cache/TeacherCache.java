package dev.retort.distill.cache;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.retort.distill.teacher.Teacher;

import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/**
 * The stored outputs of a teacher, memory-mapped. A chunk's checksum is compared when it is first
 * read from. Confined to one thread; any number of processes can read the same file.
 */
public final class TeacherCache implements AutoCloseable {
    private final CacheFile file;
    private final CacheKey key;
    private final BitSet intact = new BitSet();
    private long rowsAsked;

    private TeacherCache(CacheFile file, CacheKey key) {
        this.file = file;
        this.key = key;
    }

    /**
     * Opens a complete cache.
     *
     * @param path the file
     * @param key what it must be of
     * @return the cache
     * @throws java.nio.file.NoSuchFileException if there is no such file
     * @throws CacheException if it is of something else, not complete, or damaged
     * @throws IOException if it cannot be read
     */
    public static TeacherCache open(Path path, CacheKey key) throws IOException {
        CacheFile file = CacheFile.open(path, key);
        if (!file.isComplete()) {
            file.close();
            throw new CacheException(
                    "expected a complete cache of teacher outputs, found one that was cut short: "
                            + path);
        }
        return new TeacherCache(file, key);
    }

    /** A file that the teacher was asked about a moment ago. */
    static TeacherCache of(CacheFile file, CacheKey key, long rowsAsked) {
        TeacherCache cache = new TeacherCache(file, key);
        cache.rowsAsked = rowsAsked;
        return cache;
    }

    /**
     * The file.
     *
     * @return its path
     */
    public Path path() {
        return file.path();
    }

    /**
     * What the cache is of.
     *
     * @return the key
     */
    public CacheKey key() {
        return key;
    }

    /**
     * How many outputs were asked of the teacher when the cache was opened: all of them the first
     * time, none later, some after a crash.
     *
     * @return at least 0, without those of {@link #verify}
     */
    public long rowsAsked() {
        return rowsAsked;
    }

    /**
     * Reads outputs.
     *
     * @param positions positions of samples
     * @param view which view of them, from 0
     * @return the logits, one row a sample
     * @throws CacheException if a chunk is damaged
     */
    public float[] read(long[] positions, int view) throws CacheException {
        int classes = key.classes();
        if (view < 0 || view >= key.augmentation().views()) {
            throw new IllegalArgumentException(
                    "expected a view from 0 to %d, found %d"
                            .formatted(key.augmentation().views() - 1, view));
        }
        float[] logits = new float[Math.multiplyExact(positions.length, classes)];
        for (int i = 0; i < positions.length; i++) {
            if (positions[i] < 0 || positions[i] >= key.samples()) {
                throw new IllegalArgumentException(
                        "expected a sample from 0 to %d, found %d"
                                .formatted(key.samples() - 1, positions[i]));
            }
            long row = view * key.samples() + positions[i];
            requireIntact((int) (row / file.layout().rowsPerChunk()));
            key.encoding().read(file.row(row), logits, i * classes, classes);
        }
        return logits;
    }

    private void requireIntact(int chunk) throws CacheException {
        if (!intact.get(chunk)) {
            file.requireIntact(chunk);
            intact.set(chunk);
        }
    }

    /**
     * The outputs for all samples, on a device.
     *
     * @param view which view of them, from 0
     * @param owner owns the result
     * @return logits of shape (samples, classes), {@code FLOAT32}
     * @throws CacheException if a chunk is damaged, or there are more than 2^31 - 1 logits
     */
    public NDArray logits(int view, NDManager owner) throws CacheException {
        if (key.samples() > Integer.MAX_VALUE / key.classes()) {
            throw new CacheException(
                    "expected at most %d logits to be read at once, found %d outputs of %d classes in %s: use read(positions, view)"
                            .formatted(
                                    Integer.MAX_VALUE, key.samples(), key.classes(), file.path()));
        }
        float[] all = read(LongStream.range(0, key.samples()).toArray(), view);
        return owner.create(all, new Shape(key.samples(), key.classes()));
    }

    /**
     * Asks the live teacher about some samples again, spread evenly over the data.
     *
     * @param teacher the teacher
     * @param samples its inputs
     * @param count how many samples, at least 1; of each view
     * @param manager what is made lives in a sub-manager of it
     * @return the difference
     * @throws CacheException if it is larger than what the encoding and rounding explain, or a
     *     chunk is damaged
     */
    public Drift verify(Teacher teacher, SampleReader samples, int count, NDManager manager)
            throws CacheException {
        int rows = (int) Math.min(count, key.samples());
        long[] positions = LongStream.range(0, rows).map(i -> i * key.samples() / rows).toArray();
        double sum = 0;
        double largest = 0;
        double size = 0;
        OptionalLong worst = OptionalLong.empty();
        int views = key.augmentation().views();
        for (int view = 0; view < views; view++) {
            float[] live = CacheFiller.logits(teacher, samples, positions, view, key, manager);
            float[] stored = read(positions, view);
            for (float value : live) {
                size = Math.max(size, Math.abs(value));
            }
            expect(positions, view, live);
            for (int i = 0; i < stored.length; i++) {
                double difference = Math.abs(stored[i] - live[i]);
                sum += difference;
                if (!(difference <= largest)) {
                    largest = difference;
                    worst = OptionalLong.of(positions[i / key.classes()]);
                }
            }
        }
        Drift drift =
                new Drift(
                        rows * views,
                        sum / ((double) rows * views * key.classes()),
                        largest,
                        key.encoding().allowedDrift(size));
        if (!drift.isExplained()) {
            throw new CacheException(
                    String.format(
                            Locale.ROOT,
                            "expected in %s what %s says, found it to differ by %.3g at sample %d,"
                                    + " with %.3g allowed; another device or batch size than it"
                                    + " was filled on can be the cause, and deleting it has it"
                                    + " made again",
                            file.path(),
                            teacher.description(),
                            largest,
                            worst.orElse(0),
                            drift.allowed()));
        }
        return drift;
    }

    private void expect(long[] positions, int view, float[] live) {
        int classes = key.classes();
        for (int i = 0; i < positions.length; i++) {
            long row = view * key.samples() + positions[i];
            key.encoding().expect(file.row(row), live, i * classes, classes);
        }
    }

    /** Unmaps the file. Can be repeated. */
    @Override
    public void close() {
        file.close();
    }
}
