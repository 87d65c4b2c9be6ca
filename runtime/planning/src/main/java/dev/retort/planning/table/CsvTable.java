package dev.retort.planning.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;

import dev.retort.planning.PlanningException;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A CSV file with a line of column names. Commas, semicolons or tabs separate; lines that begin
 * with {@code #} and empty ones are skipped.
 *
 * <p>Immutable.
 */
public final class CsvTable {
    private static final String SEPARATORS = ",;\t";

    private final String name;
    private final List<String> heads;
    private final List<Row> rows;

    /**
     * A line of the file.
     *
     * @param line its number from 1
     * @param cells its cells, stripped
     */
    public record Row(int line, List<String> cells) {}

    private CsvTable(String name, List<String> heads, List<Row> rows) {
        this.name = name;
        this.heads = heads;
        this.rows = rows;
    }

    /**
     * Reads a file.
     *
     * @param file the file, in UTF-8
     * @return the table
     * @throws IOException if it cannot be read
     * @throws PlanningException if it is no such table
     */
    public static CsvTable read(Path file) throws IOException {
        String name = String.valueOf(file.getFileName());
        String text;
        try {
            text = Files.readString(file);
        } catch (CharacterCodingException _) {
            throw new PlanningException(
                    "expected a CSV file in UTF-8, found other bytes in " + name);
        }
        String content = text.startsWith("\uFEFF") ? text.substring(1) : text;
        CsvSchema schema = CsvSchema.emptySchema().withColumnSeparator(separator(content));
        List<Row> lines = new ArrayList<>();
        try (MappingIterator<String[]> parsed =
                new CsvMapper()
                        .readerFor(String[].class)
                        .with(schema)
                        .with(CsvParser.Feature.WRAP_AS_ARRAY)
                        .readValues(content)) {
            while (parsed.hasNextValue()) {
                // Before its first value the parser stands at the end of the line before.
                int line = parsed.getParser().currentTokenLocation().getLineNr() + 1;
                String[] cells = parsed.nextValue();
                boolean empty = Arrays.stream(cells).allMatch(String::isBlank);
                if (!empty && !cells[0].startsWith("#")) {
                    lines.add(new Row(line, Arrays.stream(cells).map(String::strip).toList()));
                }
            }
        } catch (JsonProcessingException e) {
            throw new PlanningException(
                    "expected a CSV file, found in %s: %s".formatted(name, e.getOriginalMessage()));
        }
        return of(name, lines);
    }

    private static CsvTable of(String name, List<Row> lines) {
        if (lines.isEmpty()) {
            throw new PlanningException(
                    "expected a line of column names in %s, found an empty file".formatted(name));
        }
        List<String> heads = lines.getFirst().cells();
        if (heads.stream().allMatch(head -> Quantity.isNumber(head))) {
            throw new PlanningException(
                    "expected a line of column names in %s, found the numbers %s"
                            .formatted(name, String.join(", ", heads)));
        }
        List<Row> rows = lines.subList(1, lines.size());
        for (Row row : rows) {
            if (row.cells().size() != heads.size()) {
                throw new PlanningException(
                        "%s line %d: expected %d cells, found %d"
                                .formatted(name, row.line(), heads.size(), row.cells().size()));
            }
        }
        return new CsvTable(name, heads, List.copyOf(rows));
    }

    /** The separator that the first line of names has most of. */
    private static char separator(String content) {
        String head =
                content.lines()
                        .filter(line -> !line.isBlank() && !line.startsWith("#"))
                        .findFirst()
                        .orElse("");
        char best = ',';
        long most = 0;
        for (int i = 0; i < SEPARATORS.length(); i++) {
            char candidate = SEPARATORS.charAt(i);
            long count = head.chars().filter(c -> c == candidate).count();
            if (count > most) {
                most = count;
                best = candidate;
            }
        }
        return best;
    }

    /**
     * The name of the file.
     *
     * @return the last part of its path
     */
    public String name() {
        return name;
    }

    /**
     * The names of the columns.
     *
     * @return as the file writes them
     */
    public List<String> heads() {
        return heads;
    }

    /**
     * The lines below the names.
     *
     * @return in their order
     */
    public List<Row> rows() {
        return rows;
    }

    /**
     * Finds a column.
     *
     * @param column what it holds and may be called
     * @return where it is and in which unit; empty if there is none
     * @throws PlanningException if there are several
     */
    public Optional<Found> find(Column column) {
        List<Found> found = new ArrayList<>();
        for (int i = 0; i < heads.size(); i++) {
            int index = i;
            column.unitOf(heads.get(i)).ifPresent(unit -> found.add(new Found(index, unit)));
        }
        if (found.size() > 1) {
            throw new PlanningException(
                    "expected one column with %s in %s, found %s; name the one to use"
                            .formatted(
                                    column.what(),
                                    name,
                                    String.join(
                                            " and ",
                                            found.stream()
                                                    .map(f -> heads.get(f.index()))
                                                    .toList())));
        }
        return found.stream().findFirst();
    }

    /**
     * A column that was found.
     *
     * @param index its place from 0
     * @param unit the unit that its name tells, or an empty text
     */
    public record Found(int index, String unit) {}

    /**
     * The column that must be there.
     *
     * @param column what it holds and may be called
     * @return where it is
     * @throws PlanningException if it is not there
     */
    public Found need(Column column) {
        return find(column)
                .orElseThrow(
                        () ->
                                new PlanningException(
                                        "expected a column with %s in %s (%s), found %s"
                                                .formatted(
                                                        column.what(),
                                                        name,
                                                        String.join(", ", column.names()),
                                                        String.join(", ", heads))));
    }

    /**
     * A name as columns are compared: lower case, and one blank for all that is no letter or digit.
     */
    static String plain(String head) {
        return head.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9@]+", " ").strip();
    }
}
