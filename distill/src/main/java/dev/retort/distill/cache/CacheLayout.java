package dev.retort.distill.cache;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Where things are in a cache file. Little-endian:
 *
 * <pre>
 *   0      8 bytes "RETORTKD", int version, int length of the JSON, int CRC-32C of the JSON,
 *          int state (0 filling, 1 complete), then the JSON of {@link CacheHeader}
 *   4096   for each chunk: int mark (0 missing, {@link #WRITTEN}), int CRC-32C of its rows
 *   then, at the next multiple of 4096, the rows, chunk after chunk
 * </pre>
 *
 * A file has its full length from the beginning. While its state is 0, a chunk without a mark or
 * with another checksum is one that a crash cut short; afterwards it is damage.
 */
record CacheLayout(long rows, int rowBytes, int rowsPerChunk) {
    static final long MAGIC = 0x444B54524F544552L;
    static final int VERSION = 1;
    static final int PAGE = 4096;
    static final int HEADER_FIXED = 24;
    static final int STATE_OFFSET = 20;
    static final int COMPLETE = 1;
    static final int WRITTEN = 0x54495257;
    static final int CHUNK_ENTRY = 8;
    private static final int CHUNK_ROWS = 512;
    private static final int CHUNK_BYTES = 1 << 20;

    static CacheLayout of(CacheKey key) {
        int rowBytes = key.encoding().rowBytes(key.classes());
        int rowsPerChunk = Math.clamp(CHUNK_BYTES / rowBytes, 1, CHUNK_ROWS);
        return new CacheLayout(key.rows(), rowBytes, rowsPerChunk);
    }

    int chunks() {
        return Math.toIntExact(Math.ceilDiv(rows, rowsPerChunk));
    }

    /** The rows of a chunk; the last one may have fewer. */
    int rowsOf(int chunk) {
        return (int) Math.min(rowsPerChunk, rows - firstRow(chunk));
    }

    long firstRow(int chunk) {
        return (long) chunk * rowsPerChunk;
    }

    long entryOffset(int chunk) {
        return PAGE + (long) chunk * CHUNK_ENTRY;
    }

    long dataOffset() {
        return PAGE * (1 + Math.ceilDiv((long) chunks() * CHUNK_ENTRY, PAGE));
    }

    long chunkOffset(int chunk) {
        return rowOffset(firstRow(chunk));
    }

    long rowOffset(long row) {
        return dataOffset() + row * rowBytes;
    }

    long length() {
        return dataOffset() + rows * rowBytes;
    }

    static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static int checksum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    /** The first page of a file that is being filled. */
    static ByteBuffer firstPage(CacheHeader header) {
        byte[] json = header.json();
        if (json.length > PAGE - HEADER_FIXED) {
            throw new IllegalArgumentException(
                    "expected at most %d bytes for what a cache is of, found %d"
                            .formatted(PAGE - HEADER_FIXED, json.length));
        }
        ByteBuffer page = allocate(PAGE);
        page.putLong(MAGIC);
        page.putInt(VERSION);
        page.putInt(json.length);
        page.putInt(checksum(ByteBuffer.wrap(json)));
        page.putInt(0);
        page.put(json);
        return page.clear();
    }
}
