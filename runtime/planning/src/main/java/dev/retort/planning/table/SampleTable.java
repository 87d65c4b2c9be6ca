package dev.retort.planning.table;

import dev.retort.planning.PlanningException;
import dev.retort.planning.table.CsvTable.Found;
import dev.retort.planning.table.CsvTable.Row;
import dev.retort.planning.testtime.Problem;
import dev.retort.planning.testtime.ResultTable;
import dev.retort.planning.testtime.Sample;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Samples of a CSV file: one a line, or counts a problem.
 *
 * <p>One a line: {@code problem, correct} and, where there are, {@code score, answer, tokens}.
 * Counts: {@code problem, n, c}.
 */
public final class SampleTable {
    private static final int MOST_SAMPLES = 1_000_000_000;

    private static final List<Column> KNOWN =
            List.of(
                    Column.PROBLEM,
                    Column.CORRECT,
                    Column.SCORE,
                    Column.ANSWER,
                    Column.SAMPLE_TOKENS,
                    Column.COUNT_SAMPLES,
                    Column.COUNT_CORRECT);

    private final CsvTable table;
    private final Map<String, String> names;

    private SampleTable(CsvTable table, Map<String, String> names) {
        this.table = table;
        this.names = names;
    }

    /**
     * The samples of a table.
     *
     * @param table the table
     * @return the results
     * @throws PlanningException if a column is missing or a cell is no such value; the message says
     *     where
     */
    public static ResultTable of(CsvTable table) {
        return of(table, Map.of());
    }

    /**
     * The samples of a table with other names of columns.
     *
     * @param table the table
     * @param names other names, by the usual ones: problem, correct, score, answer, tokens, n, c
     * @return the results
     * @throws PlanningException if a column is missing or a cell is no such value; the message says
     *     where
     */
    public static ResultTable of(CsvTable table, Map<String, String> names) {
        for (String name : names.keySet()) {
            if (KNOWN.stream().noneMatch(c -> c.names().getFirst().equals(name))) {
                throw new PlanningException(
                        "expected a column of %s, found %s"
                                .formatted(
                                        String.join(
                                                ", ",
                                                KNOWN.stream()
                                                        .map(c -> c.names().getFirst())
                                                        .toList()),
                                        name));
            }
        }
        SampleTable columns = new SampleTable(table, names);
        Found problem = table.need(columns.named(Column.PROBLEM));
        Optional<Found> correct = columns.find(Column.CORRECT);
        return correct.isPresent()
                ? ResultTable.of(columns.lines(problem, correct.get()))
                : ResultTable.ofProblems(columns.counts(problem));
    }

    private Column named(Column usual) {
        String name = names.get(usual.names().getFirst());
        return name == null ? usual : usual.called(name);
    }

    private Optional<Found> find(Column usual) {
        // What the user named must be there.
        return names.containsKey(usual.names().getFirst())
                ? Optional.of(table.need(named(usual)))
                : table.find(usual);
    }

    private List<Sample> lines(Found problem, Found correct) {
        Optional<Found> score = find(Column.SCORE);
        Optional<Found> answer = find(Column.ANSWER);
        Optional<Found> tokens = find(Column.SAMPLE_TOKENS);
        List<Sample> samples = new ArrayList<>();
        for (Row row : table.rows()) {
            try {
                Sample sample = Sample.of(name(row, problem), flag(cell(row, correct)));
                if (score.isPresent() && !cell(row, score.get()).isEmpty()) {
                    sample = sample.scored(finite("score", cell(row, score.get())));
                }
                if (answer.isPresent() && !cell(row, answer.get()).isEmpty()) {
                    sample = sample.answering(cell(row, answer.get()));
                }
                if (tokens.isPresent() && !cell(row, tokens.get()).isEmpty()) {
                    sample = sample.taking(positive(cell(row, tokens.get())));
                }
                samples.add(sample);
            } catch (PlanningException e) {
                throw at(table, row, e);
            }
        }
        return samples;
    }

    private List<Problem> counts(Found problem) {
        Optional<Found> right = find(Column.COUNT_CORRECT);
        Optional<Found> all = find(Column.COUNT_SAMPLES);
        if (right.isEmpty() || all.isEmpty()) {
            throw new PlanningException(
                    "expected the columns problem and correct, or problem, n and c in %s, found %s"
                            .formatted(table.name(), String.join(", ", table.heads())));
        }
        List<Problem> problems = new ArrayList<>();
        for (Row row : table.rows()) {
            try {
                int n = count("samples n", cell(row, all.get()));
                int c = count("right samples c", cell(row, right.get()));
                problems.add(Problem.counted(name(row, problem), n, c));
            } catch (PlanningException e) {
                throw at(table, row, e);
            }
        }
        return problems;
    }

    private static String name(Row row, Found problem) {
        String name = cell(row, problem);
        if (name.isEmpty()) {
            throw new PlanningException("expected the name of a problem, found nothing");
        }
        return name;
    }

    private static String cell(Row row, Found column) {
        return row.cells().get(column.index());
    }

    private static boolean flag(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "1", "1.0", "true", "yes", "y", "t", "pass", "passed", "correct" -> true;
            case "0", "0.0", "false", "no", "n", "f", "fail", "failed", "wrong", "incorrect" ->
                    false;
            default ->
                    throw new PlanningException(
                            "expected 1 or 0, or true or false, for whether the sample is right,"
                                    + " found '%s'".formatted(text));
        };
    }

    private static int count(String what, String text) {
        double value = Quantity.parse(text);
        if (value < 0 || value != Math.rint(value) || value > MOST_SAMPLES) {
            throw new PlanningException(
                    "expected a whole number of %s from 0 to %d, found %s"
                            .formatted(what, MOST_SAMPLES, text));
        }
        return (int) value;
    }

    private static double finite(String what, String text) {
        double value = Quantity.parse(text);
        if (!Double.isFinite(value)) {
            throw new PlanningException("expected a finite %s, found %s".formatted(what, text));
        }
        return value;
    }

    private static double positive(String text) {
        double value = finite("number of tokens", text);
        if (value <= 0) {
            throw new PlanningException(
                    "expected a positive number of tokens, found %s".formatted(text));
        }
        return value;
    }

    private static PlanningException at(CsvTable table, Row row, PlanningException e) {
        return new PlanningException(
                "%s line %d: %s".formatted(table.name(), row.line(), e.getMessage()));
    }
}
