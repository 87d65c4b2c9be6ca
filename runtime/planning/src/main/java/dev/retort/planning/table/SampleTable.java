package dev.retort.planning.table;

import dev.retort.planning.PlanningException;
import dev.retort.planning.table.Columns.Found;
import dev.retort.planning.table.Table.Row;
import dev.retort.planning.testtime.Problem;
import dev.retort.planning.testtime.ResultTable;
import dev.retort.planning.testtime.Sample;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Samples of a table: one a row, or counts a problem.
 *
 * <p>One a row: {@code problem, correct} and, where there are, {@code score, answer, tokens}.
 * Counts: {@code problem, n, c}, or {@code correct} for c.
 *
 * @param results the results
 * @param notes what was presumed, one sentence each
 */
public record SampleTable(ResultTable results, List<String> notes) {
    private static final int MOST_SAMPLES = 1_000_000_000;

    /** Copies the notes. */
    public SampleTable {
        notes = List.copyOf(notes);
    }

    /**
     * The samples of a table.
     *
     * @param table the table
     * @return the samples
     * @throws PlanningException if a column is missing or a cell is no such value; the message says
     *     where
     */
    public static SampleTable of(Table table) {
        return of(table, Map.of());
    }

    /**
     * The samples of a table with other names of columns.
     *
     * @param table the table
     * @param names other names, by the usual ones: problem, correct, score, answer, tokens, n, c
     * @return the samples
     * @throws PlanningException if a column is missing or a cell is no such value; the message says
     *     where
     */
    public static SampleTable of(Table table, Map<String, String> names) {
        Columns.requireKnown(names.keySet(), SampleColumns.ALL);
        Columns columns = new Columns(table, names);
        Found problem = problem(columns);
        Optional<Found> flags = columns.find(SampleColumns.CORRECT);
        Optional<Found> all = columns.find(SampleColumns.COUNT_SAMPLES);
        Optional<Found> right = columns.find(SampleColumns.COUNT_CORRECT);
        Optional<Found> counted = right.or(() -> flags);
        ResultTable results;
        if (all.isPresent()
                && counted.isPresent()
                && (flags.isEmpty() || isCount(columns, problem, flags.get()))) {
            if (right.isEmpty()) {
                noteCount(columns, counted.get(), all.get());
            }
            results = ResultTable.ofProblems(counts(columns, problem, all.get(), counted.get()));
        } else if (flags.isPresent()) {
            results = ResultTable.of(lines(columns, problem, flags.get()));
        } else {
            throw new PlanningException(
                    "expected the columns problem and correct, or problem, n and c in %s, found %s"
                            .formatted(table.name(), String.join(", ", table.heads())));
        }
        return new SampleTable(results, columns.notes());
    }

    /** The column of the problems; that a name says little of is told. */
    private static Found problem(Columns columns) {
        Found problem = columns.need(SampleColumns.PROBLEM);
        if (!problem.isNamed() && SampleColumns.isVague(columns.head(problem))) {
            columns.note(
                    "Column %s was presumed to name the problem; problem=COLUMN names another."
                            .formatted(columns.head(problem)));
        }
        return problem;
    }

    private static void noteCount(Columns columns, Found correct, Found all) {
        String head = columns.head(correct);
        columns.note(
                areFlags(columns, correct)
                        ? "Column %s was presumed to count the right samples of column %s; correct=%s reads it as one sample a row."
                                .formatted(head, columns.head(all), head)
                        : "Column %s was read as the number of right samples of column %s; c=COLUMN names another."
                                .formatted(head, columns.head(all)));
    }

    /**
     * Whether right samples are counted beside their number, not marked one by one. What the user
     * calls marks are some, where they can be.
     */
    private static boolean isCount(Columns columns, Found problem, Found correct) {
        List<Row> rows = columns.table().rows();
        boolean isOnce =
                rows.stream().map(row -> columns.text(row, problem)).distinct().count()
                        == rows.size();
        boolean isWord = rows.stream().anyMatch(row -> isWord(columns.text(row, correct)));
        boolean isFlag = areFlags(columns, correct);
        return !isWord && (!isFlag || (isOnce && !correct.isNamed()));
    }

    private static boolean areFlags(Columns columns, Found correct) {
        return columns.table().rows().stream()
                .allMatch(row -> flag(columns.text(row, correct)).isPresent());
    }

    private static boolean isWord(String text) {
        return flag(text).isPresent() && !Quantity.isNumber(text, Decimals.POINT);
    }

    private static List<Sample> lines(Columns columns, Found problem, Found correct) {
        Optional<Found> score = columns.find(SampleColumns.SCORE);
        Optional<Found> answer = columns.find(SampleColumns.ANSWER);
        Optional<Found> tokens = columns.find(SampleColumns.TOKENS);
        return columns.rows(
                row -> {
                    String text = columns.text(row, correct);
                    boolean isRight =
                            flag(text)
                                    .orElseThrow(
                                            () ->
                                                    new PlanningException(
                                                            "expected 1 or 0, or true or false, for"
                                                                    + " whether the sample is right,"
                                                                    + " found '%s'"
                                                                            .formatted(text)));
                    Sample sample = Sample.of(name(columns, row, problem), isRight);
                    OptionalDouble judged = columns.number(row, score);
                    if (judged.isPresent()) {
                        sample = sample.scored(finite("score", judged.getAsDouble()));
                    }
                    String said = answer.map(found -> row.cells().get(found.index())).orElse("");
                    if (!said.isEmpty()) {
                        sample = sample.answering(said);
                    }
                    OptionalDouble taken = columns.number(row, tokens);
                    if (taken.isPresent()) {
                        sample = sample.taking(taken.getAsDouble());
                    }
                    return sample;
                });
    }

    private static List<Problem> counts(Columns columns, Found problem, Found all, Found right) {
        return columns.rows(
                row ->
                        Problem.counted(
                                name(columns, row, problem),
                                count("samples n", columns.needed(row, all)),
                                count("right samples c", columns.needed(row, right))));
    }

    private static String name(Columns columns, Row row, Found problem) {
        String name = columns.text(row, problem);
        if (name.isEmpty()) {
            throw new PlanningException("expected the name of a problem, found nothing");
        }
        return name;
    }

    private static Optional<Boolean> flag(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "1", "1.0", "true", "yes", "y", "t", "pass", "passed", "correct" ->
                    Optional.of(true);
            case "0", "0.0", "false", "no", "n", "f", "fail", "failed", "wrong", "incorrect" ->
                    Optional.of(false);
            default -> Optional.empty();
        };
    }

    private static int count(String what, double value) {
        if (value < 0 || value != Math.rint(value) || value > MOST_SAMPLES) {
            throw new PlanningException(
                    "expected a whole number of %s from 0 to %d, found %s"
                            .formatted(what, MOST_SAMPLES, value));
        }
        return (int) value;
    }

    private static double finite(String what, double value) {
        if (!Double.isFinite(value)) {
            throw new PlanningException("expected a finite %s, found %s".formatted(what, value));
        }
        return value;
    }
}
