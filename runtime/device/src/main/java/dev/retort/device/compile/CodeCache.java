package dev.retort.device.compile;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Compiled code in a folder, one file for each program, options, architecture and compiler.
 *
 * <p>Any number of threads and processes may share a folder: a file is published whole, by an
 * atomic rename, and a damaged one is deleted and compiled anew. When the files together exceed the
 * limit, those that were not used for longest are deleted. What lies in the folder is run as code,
 * so it is made for its user alone. A folder that cannot be used costs the saving and nothing else;
 * the first failure is logged.
 */
public final class CodeCache {
    /** The system property that names the folder of {@link #standard()}. */
    public static final String FOLDER_PROPERTY = "dev.retort.device.code-cache";

    /** The limit of {@link #standard()}: 256 MiB. */
    public static final long STANDARD_BYTES = 256L << 20;

    private static final System.Logger LOG = System.getLogger(CodeCache.class.getName());
    private static final String SUFFIX = ".code";
    private static final String UNFINISHED = ".part";

    /** A process that publishes takes less; what is older was left behind by one that died. */
    private static final Duration UNFINISHED_AGE = Duration.ofHours(1);

    private final Path folder;
    private final long limitBytes;
    private final AtomicBoolean failureLogged = new AtomicBoolean();

    /**
     * A cache in a folder.
     *
     * @param folder the folder, made when it is needed
     * @param limitBytes most bytes of all files together
     */
    public CodeCache(Path folder, long limitBytes) {
        if (limitBytes < 0) {
            throw new IllegalArgumentException("a limit is not negative: " + limitBytes);
        }
        this.folder = folder;
        this.limitBytes = limitBytes;
    }

    /**
     * The cache of this user: the folder that {@value #FOLDER_PROPERTY} names, or {@code
     * retort/code} in {@code $XDG_CACHE_HOME} or {@code ~/.cache}.
     *
     * @return the cache
     */
    public static CodeCache standard() {
        @Nullable String named = System.getProperty(FOLDER_PROPERTY);
        @Nullable String xdg = System.getenv("XDG_CACHE_HOME");
        Path caches =
                xdg == null || xdg.isBlank()
                        ? Path.of(System.getProperty("user.home"), ".cache")
                        : Path.of(xdg);
        return new CodeCache(
                named == null ? caches.resolve("retort").resolve("code") : Path.of(named),
                STANDARD_BYTES);
    }

    /**
     * Where the files lie.
     *
     * @return the folder; it may not exist yet
     */
    public Path folder() {
        return folder;
    }

    Optional<CompiledCode> find(CacheKey key) {
        Path file = file(key);
        try {
            Optional<CompiledCode> code = CacheEntry.code(Files.readAllBytes(file));
            if (code.isEmpty()) {
                Files.deleteIfExists(file);
            } else {
                // The order of use, for the limit.
                Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
            }
            return code;
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            logFirst(e);
            return Optional.empty();
        }
    }

    void keep(CacheKey key, CompiledCode code) {
        try {
            Files.createDirectories(
                    folder,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
            publish(file(key), CacheEntry.bytes(code));
            shrink();
        } catch (IOException | DirectoryIteratorException e) {
            logFirst(e);
        }
    }

    private Path file(CacheKey key) {
        return folder.resolve(key.hex() + SUFFIX);
    }

    private void publish(Path file, byte[] bytes) throws IOException {
        Path part = Files.createTempFile(folder, "", UNFINISHED);
        try {
            Files.write(part, bytes);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /**
     * A file of the folder.
     *
     * @param path the file
     * @param bytes its size
     * @param used when it was used last
     */
    private record Entry(Path path, long bytes, Instant used) {}

    private void shrink() throws IOException {
        List<Entry> entries = new ArrayList<>();
        Instant tooOld = Instant.now().minus(UNFINISHED_AGE);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path path : files) {
                Optional<Entry> entry = entry(path);
                if (entry.isEmpty()) {
                    continue;
                }
                if (path.toString().endsWith(SUFFIX)) {
                    entries.add(entry.get());
                } else if (path.toString().endsWith(UNFINISHED)
                        && entry.get().used().isBefore(tooOld)) {
                    Files.deleteIfExists(path);
                }
            }
        }
        long bytes = entries.stream().mapToLong(Entry::bytes).sum();
        entries.sort(Comparator.comparing(Entry::used));
        for (Entry oldest : entries) {
            if (bytes <= limitBytes) {
                return;
            }
            Files.deleteIfExists(oldest.path());
            bytes -= oldest.bytes();
        }
    }

    /** A file as it is now; empty when another process has just deleted it. */
    private static Optional<Entry> entry(Path path) throws IOException {
        try {
            BasicFileAttributes is = Files.readAttributes(path, BasicFileAttributes.class);
            return Optional.of(new Entry(path, is.size(), is.lastModifiedTime().toInstant()));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    private void logFirst(Exception failure) {
        if (failureLogged.compareAndSet(false, true)) {
            LOG.log(Level.WARNING, "compiled code is not kept in " + folder + ": " + failure);
        }
    }
}
