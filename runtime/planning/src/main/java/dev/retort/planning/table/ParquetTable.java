package dev.retort.planning.table;

import dev.hardwood.InputFile;
import dev.hardwood.metadata.RepetitionType;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import dev.hardwood.schema.ColumnProjection;
import dev.hardwood.schema.SchemaNode;
import dev.retort.planning.PlanningException;
import dev.retort.planning.table.Table.Row;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Reads tables of Parquet. Columns of lists and structures are left out. */
final class ParquetTable {
    private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);

    // Kept, since a logger that nobody holds forgets its level.
    private static final Logger LIBRARY = Logger.getLogger("dev.hardwood");

    static {
        if (LIBRARY.getLevel() == null) {
            // It says at the level of information which of its ways it takes.
            LIBRARY.setLevel(Level.WARNING);
        }
    }

    private ParquetTable() {}

    /** Whether a file begins as Parquet does. */
    static boolean isParquet(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return Arrays.equals(in.readNBytes(MAGIC.length), MAGIC);
        }
    }

    /**
     * Reads a file.
     *
     * @param name the name of the file
     * @param file the file
     * @return the table
     * @throws PlanningException if it is torn, of a codec that is not known, or without columns
     */
    static Table read(String name, Path file) {
        try (ParquetFileReader reader = ParquetFileReader.open(InputFile.of(file))) {
            List<String> heads = new ArrayList<>();
            List<String> nested = new ArrayList<>();
            for (SchemaNode node : reader.getFileSchema().getRootNode().children()) {
                boolean isFlat =
                        node instanceof SchemaNode.PrimitiveNode
                                && node.repetitionType() != RepetitionType.REPEATED;
                (isFlat ? heads : nested).add(node.name());
            }
            if (heads.isEmpty()) {
                throw new PlanningException(
                        "expected a column of numbers or text in %s, found only lists and structures: %s"
                                .formatted(name, String.join(", ", nested)));
            }
            List<String> notes =
                    nested.isEmpty()
                            ? List.of()
                            : List.of(
                                    "Columns of lists and structures were not read: %s."
                                            .formatted(String.join(", ", nested)));
            return new Table(name, heads, rows(reader, heads), "row", Decimals.POINT, notes);
        } catch (PlanningException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // The library tells of damage by exceptions of many kinds, which its threads wrap.
            Throwable cause = e;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            throw new PlanningException(
                    "expected a %s, found in %s: %s"
                            .formatted(
                                    cause instanceof UnsupportedOperationException
                                            ? "Parquet file whose codec and types are known"
                                            : "whole Parquet file",
                                    name,
                                    Objects.requireNonNullElse(cause.getMessage(), cause)));
        }
    }

    private static List<Row> rows(ParquetFileReader reader, List<String> heads) {
        List<Row> rows = new ArrayList<>();
        // A dot in a name would be read as a way into a nested column.
        ColumnProjection columns =
                heads.stream().anyMatch(head -> head.contains("."))
                        ? ColumnProjection.all()
                        : ColumnProjection.columns(heads.toArray(String[]::new));
        try (RowReader values = reader.buildRowReader().projection(columns).build()) {
            while (values.hasNext()) {
                values.next();
                List<String> cells = new ArrayList<>();
                for (String head : heads) {
                    cells.add(text(values.getValue(head)));
                }
                rows.add(new Row(rows.size() + 1, cells));
            }
        }
        return rows;
    }

    /** A value as a text would write it. */
    private static String text(@Nullable Object value) {
        return switch (value) {
            case null -> "";
            case byte[] bytes -> new String(bytes, StandardCharsets.UTF_8).strip();
            case BigDecimal number -> number.toPlainString();
            default -> value.toString().strip();
        };
    }
}
