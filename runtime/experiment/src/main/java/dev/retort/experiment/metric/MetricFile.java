package dev.retort.experiment.metric;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

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
     * Reads a file of which nobody knows yet what it holds, such as one that is being written. A
     * torn last block is left out.
     *
     * @throws MetricFileException if it is no file of metrics or is damaged before its end
     * @throws IOException if it cannot be read
     */
    public static MetricFile read(Path file) throws IOException {
        try (MetricReader reader = MetricReader.open(file)) {
            List<MetricPoint> points = new ArrayList<>();
            for (List<MetricPoint> block = reader.next(); !block.isEmpty(); block = reader.next()) {
                points.addAll(block);
            }
            return new MetricFile(points, reader.tornBytes());
        }
    }

    /**
     * Brings a file to disk whose writer was ended before it could close it. It stays as it is.
     *
     * @return what is in it; how many points were left out nobody knows, so it says none
     * @throws MetricFileException as {@link #read(Path)}
     * @throws IOException if it cannot be read or flushed
     */
    public static MetricWriter.Sealed seal(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        try (MetricReader reader = MetricReader.open(file)) {
            long points = 0;
            for (List<MetricPoint> block = reader.next(); !block.isEmpty(); block = reader.next()) {
                points += block.size();
            }
            return new MetricWriter.Sealed(reader.sha256(), points, 0);
        }
    }

    /** The points of one metric, in their order. */
    public List<MetricPoint> of(String metric) {
        return points.stream().filter(point -> point.metric().equals(metric)).toList();
    }
}
