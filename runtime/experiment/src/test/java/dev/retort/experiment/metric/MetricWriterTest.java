package dev.retort.experiment.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** Points come back as they were recorded; what is torn or damaged is told. */
final class MetricWriterTest {
    @TempDir private Path folder;

    @Test
    void pointsComeBackInOrder() throws Exception {
        Path file = folder.resolve("m");
        Random random = new Random(5);
        List<MetricPoint> expected = new ArrayList<>();
        MetricWriter.Sealed sealed;
        try (MetricWriter writer =
                MetricWriter.open(file, () -> Instant.ofEpochMilli(42), 1 << 15)) {
            double[] values = {0.0, -0.0, Double.NaN, Double.NEGATIVE_INFINITY, Double.MIN_VALUE};
            long[] steps = {0, -1, Long.MAX_VALUE, Long.MIN_VALUE, 7};
            for (int i = 0; i < 20_000; i++) {
                String metric = "metric-ö-" + random.nextInt(5);
                long step = i < 5 ? steps[i] : random.nextLong();
                double value = i < 5 ? values[i] : random.nextGaussian();
                expected.add(new MetricPoint(metric, step, 42, value));
                assertTrue(writer.record(metric, step, value));
            }
            sealed = writer.seal();
        }
        MetricFile read = MetricFile.read(file);
        assertEquals(expected, read.points());
        assertEquals(0, read.tornBytes());
        assertEquals(20_000, sealed.points());
        assertEquals(0, sealed.dropped());
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
        assertEquals(HexFormat.of().formatHex(hash), sealed.sha256());
        assertEquals(
                expected.stream().filter(p -> p.metric().equals("metric-ö-1")).toList(),
                read.of("metric-ö-1"));
    }

    /** As after the end of a task that was interrupted. */
    @Test
    void anInterruptedThreadSealsWhatWasRecorded() throws Exception {
        Path file = folder.resolve("m");
        try (MetricWriter writer = MetricWriter.open(file)) {
            writer.record("loss", 1, 0.5);
            Thread.currentThread().interrupt();
            writer.flush();
            assertTrue(Thread.currentThread().isInterrupted());
            assertEquals(1, MetricFile.read(copy(file)).points().size());
            writer.record("loss", 2, 0.25);
            Thread.currentThread().interrupt();
            assertEquals(2, writer.seal().points());
            assertTrue(Thread.interrupted());
        }
        assertEquals(2, MetricFile.read(file).points().size());
    }

    /** Of a file that is being written; clears the interrupt, which would close its channel. */
    private Path copy(Path file) throws IOException {
        assertTrue(Thread.interrupted());
        return Files.copy(file, folder.resolve("copy"));
    }

    @Test
    void eachThreadKeepsItsOrderAndNothingIsLostOrDoubled() throws Exception {
        Path file = folder.resolve("m");
        int threads = 4;
        int each = 10_000;
        try (MetricWriter writer = MetricWriter.open(file)) {
            List<CompletableFuture<Void>> all = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                MetricWriter.Series series = writer.series("thread-" + t);
                all.add(
                        CompletableFuture.runAsync(
                                () -> {
                                    for (int i = 0; i < each; i++) {
                                        while (!series.record(i, i)) {
                                            Thread.onSpinWait();
                                        }
                                    }
                                }));
            }
            CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
        }
        MetricFile read = MetricFile.read(file);
        assertEquals(threads * each, read.points().size());
        for (int t = 0; t < threads; t++) {
            List<MetricPoint> points = read.of("thread-" + t);
            for (int i = 0; i < each; i++) {
                assertEquals(i, points.get(i).step());
            }
        }
    }

    @Test
    void whatDoesNotFitIsCountedAndNeverWaitsFor() {
        Ring ring = new Ring(8);
        for (int i = 0; i < 8; i++) {
            assertTrue(ring.offer(0, i, 0, i));
        }
        assertFalse(ring.offer(0, 8, 0, 8));
        Block block = new Block();
        ring.drainTo(block);
        assertEquals(8, block.size());
        for (int i = 0; i < 8; i++) {
            assertTrue(ring.offer(0, i, 0, i));
        }
        assertFalse(ring.offer(0, 8, 0, 8));
        assertEquals(16, ring.offered());
        assertEquals(8, ring.drained());
    }

    @Test
    void everyPointIsWrittenOrCounted() throws IOException {
        Path file = folder.resolve("m");
        int recorded = 200_000;
        MetricWriter.Sealed sealed;
        try (MetricWriter writer = MetricWriter.open(file, Instant::now, 64)) {
            for (int i = 0; i < recorded; i++) {
                writer.record("m", i, i);
            }
            sealed = writer.seal();
        }
        assertTrue(sealed.dropped() > 0);
        assertEquals(recorded, sealed.points() + sealed.dropped());
        assertEquals(sealed.points(), MetricFile.read(file).points().size());
    }

    @Test
    void whereverItIsCutWhatIsBeforeIsRead() throws IOException {
        Path file = folder.resolve("m");
        List<Long> ends = new ArrayList<>();
        try (MetricWriter writer = MetricWriter.open(file)) {
            ends.add(Files.size(file));
            for (int block = 0; block < 5; block++) {
                writer.record("m" + block, block, block);
                writer.flush();
                ends.add(Files.size(file));
            }
        }
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length <= whole.length; length++) {
            Path cut = folder.resolve("cut");
            Files.write(cut, Arrays.copyOf(whole, length));
            MetricFile read = MetricFile.read(cut);
            int at = length;
            long blocks = ends.stream().filter(end -> end <= at).count();
            long intact = blocks == 0 ? 0 : ends.get((int) blocks - 1);
            assertEquals(Math.max(0, blocks - 1), read.points().size(), "cut at " + length);
            assertEquals(length - intact, read.tornBytes());
        }
    }

    @Test
    void damageBeforeTheEndIsTold() throws IOException {
        Path file = folder.resolve("m");
        try (MetricWriter writer = MetricWriter.open(file)) {
            writer.record("m", 1, 1);
            writer.flush();
            writer.record("m", 2, 2);
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {77}), 20);
        }
        MetricFileException damaged =
                assertThrows(MetricFileException.class, () -> MetricFile.read(file));
        assertEquals(
                file + " is damaged at byte 8: the block there does not match its checksum",
                damaged.getMessage());
        Files.writeString(file, "a letter");
        assertEquals(
                file + " is no file of metrics: expected it to begin with RETORTM1",
                assertThrows(MetricFileException.class, () -> MetricFile.read(file)).getMessage());
    }

    /** As a file system leaves it that kept the length of a file and not its last bytes. */
    @Test
    void aTailOfZerosIsTorn() throws IOException {
        Path file = folder.resolve("m");
        MetricWriter.Sealed sealed;
        try (MetricWriter writer = MetricWriter.open(file)) {
            writer.record("m", 1, 1);
            sealed = writer.seal();
        }
        Files.write(file, new byte[512], StandardOpenOption.APPEND);
        MetricFile read = MetricFile.read(file);
        assertEquals(1, read.points().size());
        assertEquals(512, read.tornBytes());
        assertEquals(sealed.points(), MetricFile.seal(file).points());
    }

    @Test
    void aSealedFileThatWasChangedIsTold() throws IOException {
        Path file = folder.resolve("m");
        MetricWriter.Sealed sealed;
        try (MetricWriter writer = MetricWriter.open(file)) {
            writer.record("m", 1, 1);
            writer.flush();
            writer.record("m", 2, 2);
            sealed = writer.seal();
        }
        requireSealed(file, sealed.sha256(), 2);
        assertThrows(MetricFileException.class, () -> requireSealed(file, sealed.sha256(), 3));
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 1));
        String found = MetricFile.seal(file).sha256();
        assertEquals(
                file
                        + " was changed after it was sealed: expected 2 points and the SHA-256 "
                        + sealed.sha256()
                        + ", found 1 and "
                        + found,
                assertThrows(
                                MetricFileException.class,
                                () -> requireSealed(file, sealed.sha256(), 2))
                        .getMessage());
    }

    private static void requireSealed(Path file, String sha256, long points) throws IOException {
        try (MetricReader reader = MetricReader.open(file)) {
            while (!reader.next().isEmpty()) {
                // The hash is that of all.
            }
            reader.requireSealed(sha256, points);
        }
    }

    /** Whatever the thread of the writer dies of, who waits for it is told. */
    @Test
    void aThreadThatDiesIsTold() throws IOException {
        Path file = folder.resolve("m");
        MetricWriter writer = MetricWriter.open(file, new DyingChannel(), Instant::now, 1 << 10);
        writer.record("m", 1, 1);
        String expected =
                "the metrics cannot be written to "
                        + file
                        + ": java.lang.IllegalStateException: it dies here";
        assertEquals(expected, assertThrows(IOException.class, writer::flush).getMessage());
        assertEquals(expected, assertThrows(IOException.class, writer::seal).getMessage());
    }

    @Test
    void nothingIsOverwritten() throws IOException {
        Path file = folder.resolve("m");
        Files.writeString(file, "mine");
        assertThrows(FileAlreadyExistsException.class, () -> MetricWriter.open(file).close());
        assertEquals("mine", Files.readString(file));
    }

    /** A file of any size takes the memory of one block. */
    @Test
    void aFileIsReadBlockByBlock() throws IOException {
        Path file = folder.resolve("long");
        int count = 100_000;
        MetricWriter.Sealed sealed;
        try (MetricWriter writer = MetricWriter.open(file)) {
            for (int i = 0; i < count; i++) {
                writer.record("loss", i, i);
                if (i % 10_000 == 0) {
                    writer.flush();
                }
            }
            sealed = writer.seal();
        }
        long step = 0;
        int largest = 0;
        try (MetricReader reader = MetricReader.open(file)) {
            for (List<MetricPoint> block = reader.next(); !block.isEmpty(); block = reader.next()) {
                largest = Math.max(largest, block.size());
                for (MetricPoint point : block) {
                    assertEquals(step++, point.step());
                }
            }
            assertEquals(0, reader.tornBytes());
        }
        assertEquals(sealed.points(), step);
        assertTrue(largest < count / 2, "a block holds " + largest + " points");
        assertEquals(sealed.sha256(), MetricFile.seal(file).sha256());
    }
}
