package dev.retort.examples.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.efficiency.report.AtomicFile;
import dev.retort.experiment.lab.ExportTable;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** What another library finds in a table that was written as Parquet. */
class ParquetExportTest {
    private static final int ROWS = 100_000;

    @TempDir Path folder;

    /** A table whose rows are at hand. */
    private record Given(List<Column> columns, List<List<@Nullable Object>> all)
            implements ExportTable {
        @Override
        public long rows() {
            return all.size();
        }

        @Override
        public void writeTo(Sink sink) throws IOException {
            for (List<@Nullable Object> row : all) {
                sink.row(row);
            }
        }
    }

    /** Numbers that no encoding makes smaller. */
    private abstract static class Noise implements ExportTable {
        @Override
        public List<Column> columns() {
            return List.of(new Column("a", Type.INTEGER), new Column("b", Type.NUMBER));
        }

        @Override
        public long rows() {
            return ROWS;
        }

        @Override
        public void writeTo(Sink sink) throws IOException {
            SplittableRandom random = new SplittableRandom(1);
            for (int i = 0; i < ROWS; i++) {
                before(i);
                sink.row(List.of(random.nextLong(), random.nextDouble()));
            }
        }

        abstract void before(int row) throws IOException;
    }

    private static Given every(List<List<@Nullable Object>> rows) {
        return new Given(
                Stream.of(ExportTable.Type.values())
                        .map(type -> new ExportTable.Column("a " + type + ".(x)", type))
                        .toList(),
                rows);
    }

    @Test
    void valuesKeepTheirTypesAndWhatIsMissingIsNull() throws Exception {
        Instant time = Instant.parse("2026-01-02T03:04:05.678Z");
        List<List<@Nullable Object>> rows =
                List.of(
                        List.of("Größe, \"1\"\n🙂", Long.MIN_VALUE, -0.0, true, time),
                        Collections.nCopies(5, null),
                        List.of("", Long.MAX_VALUE, Double.NaN, false, Instant.EPOCH),
                        Arrays.asList("a", null, Double.NEGATIVE_INFINITY, null, time));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ParquetExport.write(every(rows), out);
        ParquetRows read = ParquetRows.read(out.toByteArray());
        assertEquals(
                Map.of(
                        "a TEXT.(x)", "BYTE_ARRAY as STRING",
                        "a INTEGER.(x)", "INT64",
                        "a NUMBER.(x)", "DOUBLE",
                        "a BOOLEAN.(x)", "BOOLEAN",
                        "a TIME.(x)", "INT64 as TIMESTAMP(MILLIS, UTC)"),
                read.types());
        assertEquals(rows, read.rows());
        assertEquals(Map.of("writer.model.name", "retort"), read.metadata());
    }

    @Test
    void aTableWithoutRowsHasItsColumns() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ParquetExport.write(every(List.of()), out);
        ParquetRows read = ParquetRows.read(out.toByteArray());
        assertEquals(5, read.types().size());
        assertEquals(List.of(), read.rows());
    }

    @Test
    void rowsAreWrittenBeforeTheLastOneComes() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int[] before = new int[1];
        ExportTable table =
                new Noise() {
                    @Override
                    void before(int row) {
                        before[0] = out.size();
                    }
                };
        ParquetExport.write(table, out, 256 << 10);
        // Sixteen bytes a row; what is in memory at the end is a group and what it was checked
        // late.
        assertTrue(before[0] > ROWS * 16 - (1 << 20), () -> before[0] + " bytes");
        ParquetRows read = ParquetRows.read(out.toByteArray());
        assertTrue(read.groups() > 1);
        assertEquals(ROWS, read.rows().size());
        SplittableRandom random = new SplittableRandom(1);
        for (List<@Nullable Object> row : read.rows()) {
            assertEquals(List.of(random.nextLong(), random.nextDouble()), row);
        }
    }

    @Test
    void whatIsInterruptedLeavesTheFileThatWasThere() throws Exception {
        Path file = Files.writeString(folder.resolve("runs.parquet"), "before");
        ExportTable torn =
                new Noise() {
                    @Override
                    void before(int row) throws IOException {
                        if (row == ROWS / 2) {
                            throw new IOException("its points are damaged");
                        }
                    }
                };
        assertEquals(
                "its points are damaged",
                assertThrows(
                                IOException.class,
                                () ->
                                        AtomicFile.write(
                                                file,
                                                out -> ParquetExport.write(torn, out, 256 << 10)))
                        .getMessage());
        assertEquals("before", Files.readString(file));
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(List.of(file), left.toList());
        }
    }

    @Test
    void aFullDiskIsSaidInItsOwnWords() {
        for (int room : new int[] {0, 3, 100_000}) {
            OutputStream full =
                    new OutputStream() {
                        private int left = room;

                        @Override
                        public void write(int b) throws IOException {
                            if (left-- <= 0) {
                                throw new IOException("No space left on device");
                            }
                        }
                    };
            ExportTable table =
                    new Noise() {
                        @Override
                        void before(int row) {}
                    };
            IOException error =
                    assertThrows(
                            IOException.class, () -> ParquetExport.write(table, full, 256 << 10));
            assertEquals("No space left on device", error.getMessage());
        }
    }

    @Test
    void aThreadThatIsInterruptedLeavesNoFile() throws Exception {
        Path file = folder.resolve("runs.parquet");
        Thread.currentThread().interrupt();
        assertThrows(
                ClosedByInterruptException.class,
                () ->
                        AtomicFile.write(
                                file,
                                out ->
                                        ParquetExport.write(
                                                every(List.of(Collections.nCopies(5, null))),
                                                out)));
        assertTrue(Thread.interrupted());
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(List.of(), left.toList());
        }
    }
}
