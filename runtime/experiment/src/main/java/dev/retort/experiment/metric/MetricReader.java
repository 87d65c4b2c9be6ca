package dev.retort.experiment.metric;

import dev.retort.experiment.json.Sha256;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Reads a file of metrics block by block, so that a file of any size takes the memory of one block.
 * A torn last block is left out. Not safe for use by several threads.
 */
public final class MetricReader implements Closeable {
    private final Path file;
    private final long size;
    private final MessageDigest digest = Sha256.digest();
    private final DigestInputStream in;
    private final List<String> names = new ArrayList<>();
    private long at;
    private long torn;
    private long count;

    private MetricReader(Path file) throws IOException {
        this.file = file;
        this.size = Files.size(file);
        this.in =
                new DigestInputStream(new BufferedInputStream(Files.newInputStream(file)), digest);
    }

    /**
     * Opens a file; what is written to it from then on is not read.
     *
     * @throws MetricFileException if it is no file of metrics
     * @throws IOException if it cannot be read
     */
    public static MetricReader open(Path file) throws IOException {
        MetricReader reader = new MetricReader(file);
        try {
            reader.readMagic();
        } catch (IOException e) {
            reader.close();
            throw e;
        }
        return reader;
    }

    private void readMagic() throws IOException {
        if (size < MetricFile.MAGIC.length) {
            leave(size);
            return;
        }
        if (!Arrays.equals(in.readNBytes(MetricFile.MAGIC.length), MetricFile.MAGIC)) {
            throw new MetricFileException(
                    file + " is no file of metrics: expected it to begin with RETORTM1");
        }
        at = MetricFile.MAGIC.length;
    }

    /**
     * The points of the next block, in the order in which they were recorded.
     *
     * @return the points, or none at the end
     * @throws MetricFileException if the file is damaged before its end
     * @throws IOException if it cannot be read
     */
    public List<MetricPoint> next() throws IOException {
        List<MetricPoint> points = new ArrayList<>();
        while (points.isEmpty() && at < size) {
            readBlock(points);
        }
        count += points.size();
        return points;
    }

    private void readBlock(List<MetricPoint> points) throws IOException {
        long left = size - at;
        if (left < MetricFile.BLOCK_HEADER) {
            leave(left);
            return;
        }
        ByteBuffer header = ByteBuffer.wrap(in.readNBytes(MetricFile.BLOCK_HEADER));
        int length = header.getInt();
        int checksum = header.getInt();
        left -= MetricFile.BLOCK_HEADER;
        // A file system may have kept the length of a file and not the bytes: zeros.
        if (length <= 0 || length > left) {
            leave(size - at);
            return;
        }
        ByteBuffer payload = ByteBuffer.wrap(in.readNBytes(length));
        CRC32C crc = new CRC32C();
        crc.update(payload.duplicate());
        if ((int) crc.getValue() != checksum) {
            if (length == left) {
                leave(size - at);
                return;
            }
            throw new MetricFileException(
                    file
                            + " is damaged at byte "
                            + at
                            + ": the block there does not match its checksum");
        }
        try {
            Block.decode(payload, names, points);
        } catch (BufferUnderflowException | ArithmeticException | IndexOutOfBoundsException e) {
            throw new MetricFileException(
                    file + " cannot be read at byte " + at + ": " + e.getMessage());
        }
        at += MetricFile.BLOCK_HEADER + (long) length;
    }

    /** What is torn is no point, and still part of the content. */
    private void leave(long bytes) throws IOException {
        torn = bytes;
        at = size;
        in.transferTo(OutputStream.nullOutputStream());
    }

    /** How many bytes behind the last complete block were left out; known at the end. */
    public long tornBytes() {
        return torn;
    }

    /**
     * Refuses a file that is not what was sealed. To be called once, at the end.
     *
     * @param sha256 the hash of its content then
     * @param points how many points it held
     * @throws MetricFileException if it is another
     */
    public void requireSealed(String sha256, long points) throws MetricFileException {
        String found = sha256();
        if (count != points || !found.equals(sha256)) {
            throw new MetricFileException(
                    "%s was changed after it was sealed: expected %d points and the SHA-256 %s, found %d and %s"
                            .formatted(file, points, sha256, count, found));
        }
    }

    /** The SHA-256 of what was read so far, as 64 hexadecimal digits: at the end, of the file. */
    String sha256() {
        return HexFormat.of().formatHex(digest.digest());
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
