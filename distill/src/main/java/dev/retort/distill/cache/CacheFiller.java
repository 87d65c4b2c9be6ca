package dev.retort.distill.cache;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import dev.retort.distill.teacher.Teacher;
import dev.retort.distill.teacher.TeacherException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Fills a cache file with what a teacher says, chunk by chunk, beginning with the first one that is
 * missing. A chunk is marked after its rows were written, and the file is called complete after all
 * of it was forced to disk. Run by one process at a time.
 */
final class CacheFiller {
    private static final int LARGEST_BATCH = 1 << 30;

    private final Path path;
    private final CacheKey key;
    private final Teacher teacher;
    private final SampleReader samples;
    private final int batchSize;
    private final NDManager manager;

    CacheFiller(
            Path path,
            CacheKey key,
            Teacher teacher,
            SampleReader samples,
            int batchSize,
            NDManager manager) {
        this.path = path;
        this.key = key;
        this.teacher = teacher;
        this.samples = samples;
        this.batchSize = batchSize;
        this.manager = manager;
    }

    /** Makes the file, all chunks missing, so that it is there as a whole or not at all. */
    void create() throws IOException {
        CacheLayout layout = CacheLayout.of(key);
        // One name, so that what a kill leaves is written over.
        Path staging = path.resolveSibling("." + path.getFileName() + ".new");
        try {
            try (FileChannel channel =
                    FileChannel.open(
                            staging,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE)) {
                writeFully(
                        channel,
                        CacheLayout.firstPage(CacheHeader.of(key, layout.rowsPerChunk())),
                        0);
                // Its last byte gives the file its length, and the rest no room yet.
                writeFully(channel, ByteBuffer.allocate(1), layout.length() - 1);
                channel.force(true);
            }
            Files.move(staging, path, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw failure(0, layout.rows(), e);
        } finally {
            Files.deleteIfExists(staging);
        }
    }

    /**
     * Fills what is missing.
     *
     * @return the rows that the teacher was asked for
     */
    long fill(CacheFile file) throws IOException {
        long asked = 0;
        CacheLayout layout = file.layout();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            int chunk = 0;
            while (chunk < layout.chunks()) {
                if (file.isIntact(chunk)) {
                    chunk++;
                    continue;
                }
                int end = endOfBatch(file, chunk);
                ByteBuffer rows = ask(layout, chunk, end);
                for (; chunk < end; chunk++) {
                    asked += layout.rowsOf(chunk);
                    try {
                        write(channel, layout, chunk, rows);
                    } catch (IOException e) {
                        throw failure(layout.firstRow(chunk), layout.rows(), e);
                    }
                }
            }
            requireUnchanged(channel, layout);
            try {
                finish(channel);
            } catch (IOException e) {
                throw failure(layout.rows(), layout.rows(), e);
            }
        }
        return asked;
    }

    /** Chunks of many classes have few rows: as many missing ones as a batch has room for. */
    private int endOfBatch(CacheFile file, int first) {
        CacheLayout layout = file.layout();
        int end = first + 1;
        long most = Math.min(batchSize, LARGEST_BATCH / layout.rowBytes());
        while (end < layout.chunks()
                && layout.firstRow(end) + layout.rowsOf(end) - layout.firstRow(first) <= most
                && !file.isIntact(end)) {
            end++;
        }
        return end;
    }

    private CacheException failure(long kept, long rows, IOException e) {
        return new CacheException(
                "cannot write %s: %s; %d of %d outputs are kept for the next time"
                        .formatted(path, e.getMessage(), kept, rows),
                e);
    }

    /** Outputs of a teacher that changed on the way are of no one teacher. */
    private void requireUnchanged(FileChannel channel, CacheLayout layout) throws IOException {
        if (!teacher.fingerprint().equals(key.teacher())) {
            // Marks are taken back, so that no one goes on with these rows.
            writeFully(
                    channel,
                    ByteBuffer.allocate(layout.chunks() * CacheLayout.CHUNK_ENTRY),
                    CacheLayout.PAGE);
            throw new TeacherException(
                    "expected %s to stay as it is while its outputs are stored, found it changed"
                            .formatted(teacher.description()));
        }
    }

    private void finish(FileChannel channel) throws IOException {
        channel.force(true);
        ByteBuffer state = CacheLayout.allocate(Integer.BYTES).putInt(0, CacheLayout.COMPLETE);
        writeFully(channel, state, CacheLayout.STATE_OFFSET);
        channel.force(true);
    }

    /** Takes the rows of the next chunk. */
    private static void write(FileChannel channel, CacheLayout layout, int chunk, ByteBuffer rows)
            throws IOException {
        int length = layout.rowsOf(chunk) * layout.rowBytes();
        ByteBuffer own = rows.slice(rows.position(), length);
        rows.position(rows.position() + length);
        writeFully(channel, own.duplicate(), layout.chunkOffset(chunk));
        ByteBuffer entry = CacheLayout.allocate(CacheLayout.CHUNK_ENTRY);
        entry.putInt(CacheLayout.WRITTEN).putInt(CacheLayout.checksum(own)).flip();
        writeFully(channel, entry, layout.entryOffset(chunk));
    }

    private ByteBuffer ask(CacheLayout layout, int firstChunk, int endChunk) {
        long first = layout.firstRow(firstChunk);
        long end = layout.firstRow(endChunk - 1) + layout.rowsOf(endChunk - 1);
        ByteBuffer rows = CacheLayout.allocate(Math.toIntExact((end - first) * layout.rowBytes()));
        for (long row = first; row < end; ) {
            // A batch has one view.
            long endOfView = (row / key.samples() + 1) * key.samples();
            int count = (int) Math.min(batchSize, Math.min(end, endOfView) - row);
            ask(row, count, rows);
            row += count;
        }
        return rows.flip();
    }

    private void ask(long row, int count, ByteBuffer rows) {
        long[] positions = new long[count];
        for (int i = 0; i < count; i++) {
            positions[i] = row % key.samples() + i;
        }
        float[] logits =
                logits(teacher, samples, positions, (int) (row / key.samples()), key, manager);
        for (int i = 0; i < count; i++) {
            try {
                key.encoding().write(logits, i * key.classes(), key.classes(), rows);
            } catch (IllegalArgumentException e) {
                throw new TeacherException(
                        "%s of %s at sample %d"
                                .formatted(e.getMessage(), teacher.description(), positions[i]),
                        e);
            }
        }
    }

    /** What the teacher says of some samples, checked to be numbers of the right shape. */
    static float[] logits(
            Teacher teacher,
            SampleReader samples,
            long[] positions,
            int view,
            CacheKey key,
            NDManager manager) {
        try (NDManager scope = manager.newSubManager()) {
            NDList data = samples.read(positions, view, scope);
            NDArray logits = teacher.logits(data, positions, scope);
            if (logits.getShape().dimension() != 2
                    || logits.size(0) != positions.length
                    || logits.size(1) != key.classes()) {
                throw new TeacherException(
                        "expected outputs of shape (%d, %d) from %s, found %s"
                                .formatted(
                                        positions.length,
                                        key.classes(),
                                        teacher.description(),
                                        logits.getShape()));
            }
            float[] values = logits.toFloatArray();
            for (int i = 0; i < values.length; i++) {
                if (!Float.isFinite(values[i])) {
                    throw new TeacherException(
                            "expected finite outputs from %s, found %s at sample %d"
                                    .formatted(
                                            teacher.description(),
                                            values[i],
                                            positions[i / key.classes()]));
                }
            }
            return values;
        }
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes, long offset)
            throws IOException {
        long position = offset;
        while (bytes.hasRemaining()) {
            position += channel.write(bytes, position);
        }
    }
}
