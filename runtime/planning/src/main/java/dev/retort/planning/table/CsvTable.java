package dev.retort.planning.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;

import dev.retort.planning.PlanningException;
import dev.retort.planning.table.Table.Row;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads tables of text. */
final class CsvTable {
    private CsvTable() {}

    /**
     * Reads a text.
     *
     * @param name the name of the file
     * @param bytes its content
     * @return the table
     * @throws PlanningException if it is no table with a line of names
     */
    static Table read(String name, byte[] bytes) {
        TextFile text = TextFile.decode(name, bytes);
        TextLayout layout = TextLayout.of(text.lines());
        List<Row> lines = parse(name, layout);
        if (lines.isEmpty()) {
            throw new PlanningException(
                    "expected a line of column names in %s, found an empty file".formatted(name));
        }
        List<String> heads = named(lines.getFirst().cells());
        Decimals decimals =
                layout.separator() == Separator.COMMA
                        ? Decimals.POINT
                        : Decimals.of(lines.stream().skip(1).map(Row::cells).toList());
        if (heads.stream().allMatch(head -> Quantity.isNumber(head, decimals))) {
            throw new PlanningException(
                    "expected a line of column names in %s, found the numbers %s"
                            .formatted(name, String.join(", ", heads)));
        }
        List<Row> rows =
                lines.subList(1, lines.size()).stream()
                        .map(row -> cut(name, row, heads.size()))
                        .toList();
        List<String> notes = new ArrayList<>(text.notes());
        if (decimals == Decimals.COMMA) {
            notes.add("Numbers were read with a comma before their decimals.");
        }
        return new Table(name, heads, rows, "line", decimals, notes);
    }

    private static List<Row> parse(String name, TextLayout layout) {
        CsvSchema schema = CsvSchema.emptySchema().withColumnSeparator(layout.separator().letter());
        List<Row> rows = new ArrayList<>();
        try (MappingIterator<String[]> parsed =
                new CsvMapper()
                        .readerFor(String[].class)
                        .with(schema)
                        .with(CsvParser.Feature.WRAP_AS_ARRAY)
                        .with(CsvParser.Feature.TRIM_SPACES)
                        .readValues(String.join("\n", layout.lines()))) {
            while (parsed.hasNextValue()) {
                // Before its first value the parser stands at the end of the line before.
                int line = parsed.getParser().currentTokenLocation().getLineNr() + 1;
                List<String> cells = Arrays.stream(parsed.nextValue()).map(String::strip).toList();
                if (!cells.stream().allMatch(String::isEmpty)) {
                    rows.add(new Row(line, cells));
                }
            }
        } catch (JsonProcessingException e) {
            throw new PlanningException(
                    "expected a CSV file, found in %s: %s".formatted(name, e.getOriginalMessage()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rows;
    }

    /** Heads without empty ones at the end, which a separator at the end of the line makes. */
    private static List<String> named(List<String> heads) {
        int size = heads.size();
        while (size > 1 && heads.get(size - 1).isEmpty()) {
            size--;
        }
        return heads.subList(0, size);
    }

    /** A row without empty cells that have no name. */
    private static Row cut(String name, Row row, int size) {
        List<String> cells = row.cells();
        boolean isWhole =
                cells.size() >= size
                        && cells.subList(size, cells.size()).stream().allMatch(String::isEmpty);
        if (!isWhole) {
            throw new PlanningException(
                    "%s line %d: expected %d cells, found %d"
                            .formatted(name, row.number(), size, cells.size()));
        }
        return new Row(row.number(), cells.subList(0, size));
    }
}
