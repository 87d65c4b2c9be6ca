package dev.retort.experiment.metric;

import dev.retort.experiment.json.Sha256;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The points of a file of metrics. A file is eight bytes {@code RETORTM1} and blocks; a block is
 * its length and its CRC-32C as big-endian integers of four bytes, and as many bytes. Immutable.
 *
 * @param points the points, in the order in which they were recorded
 * @param tornBytes how many bytes behind the last complete block were left out, since the process
 *     that wrote them was ended in between
 */
public record MetricFile(List<MetricPoint> points, long tornBytes) {
    static final byte[] MAGIC = "RETORTM1".getBytes(StandardCharsets.US_ASCII);
    static final int BLOCK_HEADER = 8;

    /** Copies the components. */
    public MetricFile {
        points = List.copyOf(points);
    }

    /**
     * Reads a file. A torn last block is left out.
     *
     * @throws MetricFileException if it is no file of metrics or is damaged before its end
     * @throws IOException if it cannot be read
     */
    public static MetricFile read(Path file) throws IOException {
        return parse(file, Files.readAllBytes(file));
    }

    private static MetricFile parse(Path file, byte[] content) throws MetricFileException {
        ByteBuffer in = ByteBuffer.wrap(content);
        byte[] magic = new byte[MAGIC.length];
        if (in.remaining() < magic.length) {
            return new MetricFile(new ArrayList<>(), in.remaining());
        }
        in.get(magic);
        if (!Arrays.equals(magic, MAGIC)) {
            throw new MetricFileException(
                    file + " is no file of metrics: expected it to begin with RETORTM1");
        }
        List<String> names = new ArrayList<>();
        List<MetricPoint> points = new ArrayList<>();
        while (in.hasRemaining()) {
            int begin = in.position();
            if (!block(file, in, names, points)) {
                return new MetricFile(points, in.limit() - begin);
            }
        }
        return new MetricFile(points, 0);
    }

    /**
     * Brings a file to disk whose writer was ended before it could close it. It stays as it is.
     *
     * @return what is in it; how many points were left out nobody knows, so it says none
     * @throws MetricFileException as {@link #read}
     * @throws IOException if it cannot be read or flushed
     */
    public static MetricWriter.Sealed seal(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        byte[] content = Files.readAllBytes(file);
        return new MetricWriter.Sealed(Sha256.hex(content), parse(file, content).points.size(), 0);
    }

    /** Reads a block; returns whether it is complete. */
    private static boolean block(
            Path file, ByteBuffer in, List<String> names, List<MetricPoint> points)
            throws MetricFileException {
        int begin = in.position();
        if (in.remaining() < BLOCK_HEADER) {
            return false;
        }
        int length = in.getInt();
        int checksum = in.getInt();
        if (length < 0 || length > in.remaining()) {
            return false;
        }
        ByteBuffer payload = in.slice(in.position(), length);
        in.position(in.position() + length);
        CRC32C crc = new CRC32C();
        crc.update(payload.duplicate());
        if ((int) crc.getValue() != checksum) {
            if (!in.hasRemaining()) {
                return false;
            }
            throw new MetricFileException(
                    file
                            + " is damaged at byte "
                            + begin
                            + ": the block there does not match its checksum");
        }
        try {
            Block.decode(payload, names, points);
        } catch (BufferUnderflowException | ArithmeticException | IndexOutOfBoundsException e) {
            throw new MetricFileException(
                    file + " cannot be read at byte " + begin + ": " + e.getMessage());
        }
        return true;
    }

    /** The points of one metric, in their order. */
    public List<MetricPoint> of(String metric) {
        return points.stream().filter(point -> point.metric().equals(metric)).toList();
    }
}
