package dev.retort.planning.table;

import dev.retort.planning.PlanningException;
import dev.retort.planning.report.Figures;
import dev.retort.planning.table.Table.Row;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds the columns of a table and reads their cells, and collects what has to be told of it. */
final class Columns {
    private static final int MOST_PLACES = 10;
    private static final int MOST_NAMES = 3;

    private final Table table;
    private final Map<String, String> names;
    private final Set<String> notes = new LinkedHashSet<>();

    /**
     * A column that was found.
     *
     * @param index its place from 0
     * @param unit the unit that its name tells, or an empty text
     * @param isNamed whether the user named it
     */
    record Found(int index, String unit, boolean isNamed) {}

    private record Candidate(int index, Column.Match match) {}

    /**
     * Columns of a table.
     *
     * @param table the table
     * @param names what the user calls them, by their keys
     */
    Columns(Table table, Map<String, String> names) {
        this.table = table;
        this.names = names;
        notes.addAll(table.notes());
    }

    /** Refuses names for columns that there are not. */
    static void requireKnown(Collection<String> given, List<Column> known) {
        List<String> keys = known.stream().map(Column::key).toList();
        for (String name : given) {
            if (!keys.contains(name)) {
                throw new PlanningException(
                        "expected a column of %s, found %s"
                                .formatted(String.join(", ", keys), name));
            }
        }
    }

    Table table() {
        return table;
    }

    List<String> notes() {
        return List.copyOf(notes);
    }

    void note(String note) {
        notes.add(note);
    }

    String head(Found found) {
        return table.heads().get(found.index());
    }

    /** The column that must be there. */
    Found need(Column column) {
        return search(column, true)
                .orElseThrow(
                        () ->
                                new PlanningException(
                                        "expected a column with %s in %s, such as %s, found %s"
                                                .formatted(
                                                        column.what(),
                                                        table.name(),
                                                        usual(column),
                                                        String.join(", ", table.heads()))));
    }

    private static String usual(Column column) {
        return Stream.concat(Stream.of(column.key()), column.allNames().stream())
                .distinct()
                .limit(MOST_NAMES)
                .collect(Collectors.joining(", "));
    }

    /** A column that may be there; one that the user named must. */
    Optional<Found> find(Column column) {
        return search(column, false);
    }

    private Optional<Found> search(Column column, boolean isNeeded) {
        String name = names.get(column.key());
        if (name != null) {
            return Optional.of(named(column, name));
        }
        List<Candidate> candidates = new ArrayList<>();
        for (int i = 0; i < table.heads().size(); i++) {
            int index = i;
            column.match(table.heads().get(i))
                    .ifPresent(match -> candidates.add(new Candidate(index, match)));
        }
        if (column.kind() == Column.Kind.NUMBERS && (candidates.size() > 1 || !isNeeded)) {
            removeTexts(column, candidates);
        }
        return best(column, candidates)
                .map(candidate -> new Found(candidate.index(), candidate.match().unit(), false));
    }

    /** The column of a name that the user gave: with the same letters, or the same words. */
    private Found named(Column column, String name) {
        List<Integer> same = at(head -> head.equals(name.strip()));
        List<Integer> alike =
                same.isEmpty() ? at(head -> Column.plain(head).equals(Column.plain(name))) : same;
        if (alike.size() > 1 && hasOneName(alike)) {
            throw new PlanningException(
                    "expected one column %s with %s in %s, found %d of that name"
                            .formatted(name, column.what(), table.name(), alike.size()));
        }
        if (alike.size() != 1) {
            throw new PlanningException(
                    "expected one column %s with %s in %s, found %s"
                            .formatted(
                                    name,
                                    column.what(),
                                    table.name(),
                                    String.join(", ", table.heads())));
        }
        int index = alike.getFirst();
        String unit = column.unitOf(table.heads().get(index));
        Double scale = scale(unit);
        if (scale != null) {
            note(
                    "Column %s was read in units of %s, as its name says."
                            .formatted(table.heads().get(index), Figures.number(scale, 1)));
        }
        return new Found(index, unit, true);
    }

    /** Whether columns cannot be told apart by name. */
    private boolean hasOneName(List<Integer> columns) {
        return columns.stream().map(table.heads()::get).distinct().count() == 1;
    }

    private List<Integer> at(Predicate<String> fits) {
        List<Integer> found = new ArrayList<>();
        for (int i = 0; i < table.heads().size(); i++) {
            if (fits.test(table.heads().get(i))) {
                found.add(i);
            }
        }
        return found;
    }

    /** Leaves out columns without any number: a corpus is no number of tokens. */
    private void removeTexts(Column column, List<Candidate> candidates) {
        candidates.removeIf(
                candidate -> {
                    List<String> values =
                            table.rows().stream()
                                    .map(row -> row.cells().get(candidate.index()))
                                    .filter(cell -> !Quantity.isMissing(cell))
                                    .toList();
                    boolean isText =
                            values.stream()
                                    .noneMatch(cell -> Quantity.isNumber(cell, table.decimals()));
                    if (isText && !values.isEmpty()) {
                        note(
                                "Column %s holds no numbers and was not read as %s."
                                        .formatted(
                                                table.heads().get(candidate.index()),
                                                column.what()));
                    }
                    return isText;
                });
    }

    private Optional<Candidate> best(Column column, List<Candidate> candidates) {
        int group =
                candidates.stream()
                        .mapToInt(c -> c.match().group())
                        .min()
                        .orElse(Integer.MAX_VALUE);
        List<Candidate> first =
                candidates.stream().filter(c -> c.match().group() == group).toList();
        if (first.size() > 1) {
            boolean isOneName = hasOneName(first.stream().map(Candidate::index).toList());
            throw new PlanningException(
                    "expected one column with %s in %s, found %s"
                                    .formatted(
                                            column.what(),
                                            table.name(),
                                            isOneName
                                                    ? "%d of the name %s"
                                                            .formatted(
                                                                    first.size(),
                                                                    table.heads()
                                                                            .get(
                                                                                    first.getFirst()
                                                                                            .index()))
                                                    : heads(first))
                            + (isOneName ? "; rename the others" : "; name the one to use"));
        }
        List<Candidate> others =
                candidates.stream().filter(c -> c.match().group() > group).toList();
        if (!others.isEmpty()) {
            note(
                    "Column %s was read as %s, not %s."
                            .formatted(heads(first), column.what(), heads(others)));
        }
        return first.stream().findFirst();
    }

    private String heads(List<Candidate> candidates) {
        return candidates.stream()
                .map(candidate -> table.heads().get(candidate.index()))
                .collect(Collectors.joining(" and "));
    }

    private static @Nullable Double scale(String unit) {
        Double count = Scales.COUNTS.get(unit);
        return count == null ? Scales.FLOPS.get(unit) : count;
    }

    /** The text of a cell, empty where it says that there is no value. */
    String text(Row row, Found column) {
        String cell = row.cells().get(column.index());
        return Quantity.isMissing(cell) ? "" : cell;
    }

    /** The number of a cell in the unit of its column, if there is one. */
    OptionalDouble number(Row row, Found column) {
        String text = text(row, column);
        if (text.isEmpty()) {
            return OptionalDouble.empty();
        }
        Quantity.Amount amount = Quantity.parse(text, table.decimals());
        Double scale = scale(column.unit());
        if (scale != null && amount.isScaled()) {
            throw new PlanningException(
                    "expected a number without a unit in column %s, whose name has one, found '%s'"
                            .formatted(head(column), text));
        }
        if (amount.hasUncertainty()) {
            note("Uncertainties in column %s were dropped.".formatted(head(column)));
        }
        return OptionalDouble.of(amount.value() * (scale == null ? 1 : scale));
    }

    /** The number of a cell of a column that there may be. */
    OptionalDouble number(Row row, Optional<Found> column) {
        return column.isPresent() ? number(row, column.get()) : OptionalDouble.empty();
    }

    /** The number of a cell that must have one. */
    double needed(Row row, Found column) {
        return number(row, column)
                .orElseThrow(
                        () ->
                                new PlanningException(
                                        "expected a number in column %s, found nothing"
                                                .formatted(head(column))));
    }

    /** What every row says. */
    <T> List<T> rows(Function<Row, T> read) {
        List<T> rows = new ArrayList<>();
        forEach(row -> rows.add(read.apply(row)));
        return rows;
    }

    /** Does something for every row; errors say at which one they are. */
    void forEach(Consumer<Row> read) {
        for (Row row : table.rows()) {
            try {
                read.accept(row);
            } catch (PlanningException e) {
                throw e.within("%s %s %d".formatted(table.name(), table.place(), row.number()));
            }
        }
    }

    /** Where rows are: {@code line 3}, {@code lines 3, 4 and 7}. */
    String places(List<Row> rows) {
        List<String> numbers =
                new ArrayList<>(
                        rows.stream()
                                .limit(MOST_PLACES)
                                .map(row -> Integer.toString(row.number()))
                                .toList());
        String last =
                rows.size() > MOST_PLACES
                        ? rows.size() - MOST_PLACES + " more"
                        : numbers.removeLast();
        return numbers.isEmpty()
                ? table.place() + " " + last
                : "%ss %s and %s".formatted(table.place(), String.join(", ", numbers), last);
    }
}
