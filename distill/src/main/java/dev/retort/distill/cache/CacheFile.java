package dev.retort.distill.cache;

import dev.retort.distill.fingerprint.Fingerprint;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * A cache file that was checked against its key and mapped for reading. What is written to the file
 * afterwards is seen.
 */
final class CacheFile implements AutoCloseable {
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Path path;
    private final CacheLayout layout;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment file;

    private CacheFile(Path path, CacheKey key) throws IOException {
        this.path = path;
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long length = channel.size();
            requirePage(path, length);
            file = channel.map(MapMode.READ_ONLY, 0, length, arena);
            layout = check(key);
        }
    }

    /** Opens a file, complete or not. */
    static CacheFile open(Path path, CacheKey key) throws IOException {
        return new CacheFile(path, key);
    }

    private CacheLayout check(CacheKey key) throws IOException {
        try {
            CacheLayout expected = CacheLayout.of(key);
            CacheHeader header = header(file, path);
            List<String> differences = key.differences(header);
            if (!differences.isEmpty()) {
                throw new CacheException(
                        "%s holds the outputs of something else: %s"
                                .formatted(path, String.join("; ", differences)));
            }
            CacheLayout found =
                    new CacheLayout(key.rows(), expected.rowBytes(), header.rowsPerChunk());
            if (header.rowsPerChunk() < 1 || file.byteSize() != found.length()) {
                throw new CacheException(
                        "expected %d bytes in %s, found %d: it was cut; delete it to have it made again"
                                .formatted(found.length(), path, file.byteSize()));
            }
            return found;
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    /**
     * Checks the whole of a file, if some teacher's outputs for the samples of a key are in it, or
     * nobody can say whose. One that cannot be opened is no concern of whoever asks, nor is one of
     * another version.
     *
     * @return whether the file is complete and intact; {@code false} for one that was passed over
     * @throws CacheException if it is damaged
     */
    static boolean check(Path path, CacheKey key) throws IOException {
        try {
            Optional<CacheKey> own = keyOf(path, key);
            return own.isPresent() && checkAll(path, own.get());
        } catch (FileSystemException _) {
            return false;
        }
    }

    /** The key with the teacher of the file; empty if its outputs are for something else. */
    private static Optional<CacheKey> keyOf(Path path, CacheKey key) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(path)) {
            bytes = in.readNBytes(CacheLayout.PAGE);
        }
        requirePage(path, bytes.length);
        MemorySegment page = MemorySegment.ofArray(bytes);
        if (page.get(LONG, 0) == CacheLayout.MAGIC && page.get(INT, 8) != CacheLayout.VERSION) {
            return Optional.empty();
        }
        CacheHeader header = header(page, path);
        CacheKey own = key.withTeacher(new Fingerprint(header.teacher()));
        return own.differences(header).isEmpty() ? Optional.of(own) : Optional.empty();
    }

    /** Whether it is complete; what is still being filled is not read. */
    private static boolean checkAll(Path path, CacheKey key) throws IOException {
        try (CacheFile file = open(path, key)) {
            if (!file.isComplete()) {
                return false;
            }
            for (int chunk = 0; chunk < file.layout.chunks(); chunk++) {
                file.requireIntact(chunk);
            }
            return true;
        }
    }

    private static void requirePage(Path path, long length) throws CacheException {
        if (length < CacheLayout.PAGE) {
            throw new CacheException(
                    "expected a cache of teacher outputs in %s, found %d bytes"
                            .formatted(path, length));
        }
    }

    private static CacheHeader header(MemorySegment file, Path path) throws IOException {
        if (file.get(LONG, 0) != CacheLayout.MAGIC) {
            throw new CacheException(
                    "expected a cache of teacher outputs in " + path + ", found another file");
        }
        int version = file.get(INT, 8);
        if (version != CacheLayout.VERSION) {
            throw new CacheException(
                    "expected version %d of the cache format in %s, found %d"
                            .formatted(CacheLayout.VERSION, path, version));
        }
        int length = file.get(INT, 12);
        if (length >= 0 && length <= CacheLayout.PAGE - CacheLayout.HEADER_FIXED) {
            byte[] json =
                    file.asSlice(CacheLayout.HEADER_FIXED, length).toArray(ValueLayout.JAVA_BYTE);
            if (CacheLayout.checksum(ByteBuffer.wrap(json)) == file.get(INT, 16)) {
                return CacheHeader.read(json);
            }
        }
        throw new CacheException(
                "the first page of " + path + " is damaged; delete it to have it made again");
    }

    Path path() {
        return path;
    }

    CacheLayout layout() {
        return layout;
    }

    boolean isComplete() {
        return file.get(INT, CacheLayout.STATE_OFFSET) == CacheLayout.COMPLETE;
    }

    /** Whether a chunk was written and is as it was written. */
    boolean isIntact(int chunk) {
        long entry = layout.entryOffset(chunk);
        return file.get(INT, entry) == CacheLayout.WRITTEN
                && file.get(INT, entry + Integer.BYTES) == CacheLayout.checksum(rows(chunk));
    }

    void requireIntact(int chunk) throws CacheException {
        if (!isIntact(chunk)) {
            throw new CacheException(
                    "chunk %d of %d of %s is damaged: its checksum is another; delete the file to have it made again"
                            .formatted(chunk + 1, layout.chunks(), path));
        }
    }

    /** The bytes of a chunk. */
    private ByteBuffer rows(int chunk) {
        return slice(layout.chunkOffset(chunk), (long) layout.rowsOf(chunk) * layout.rowBytes());
    }

    /** The bytes of a row. */
    ByteBuffer row(long row) {
        return slice(layout.rowOffset(row), layout.rowBytes());
    }

    private ByteBuffer slice(long offset, long length) {
        return file.asSlice(offset, length).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
