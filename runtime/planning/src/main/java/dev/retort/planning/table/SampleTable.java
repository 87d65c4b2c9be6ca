package dev.retort.planning.table;

import dev.retort.planning.PlanningException;
import dev.retort.planning.table.CsvTable.Found;
import dev.retort.planning.table.CsvTable.Row;
import dev.retort.planning.testtime.ResultTable;
import dev.retort.planning.testtime.Sample;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Samples of a CSV file: one a line, or counts a problem.
 *
 * <p>One a line: {@code problem, correct} and, where there are, {@code score, answer, tokens}.
 * Counts: {@code problem, n, c}.
 */
public final class SampleTable {
    private static final long MOST_SAMPLES = 10_000_000;

    private SampleTable() {}

    /**
     * The samples of a table.
     *
     * @param table the table
     * @return the results
     * @throws PlanningException if a column is missing or a cell is no such value; the message says
     *     where
     */
    public static ResultTable of(CsvTable table) {
        Found problem = table.need(Column.PROBLEM);
        Optional<Found> correct = table.find(Column.CORRECT);
        List<Sample> samples =
                correct.isPresent() ? lines(table, problem, correct.get()) : counts(table, problem);
        return ResultTable.of(samples);
    }

    private static List<Sample> lines(CsvTable table, Found problem, Found correct) {
        Optional<Found> score = table.find(Column.SCORE);
        Optional<Found> answer = table.find(Column.ANSWER);
        Optional<Found> tokens = table.find(Column.SAMPLE_TOKENS);
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

    private static List<Sample> counts(CsvTable table, Found problem) {
        Optional<Found> right = table.find(Column.COUNT_CORRECT);
        Optional<Found> all = table.find(Column.COUNT_SAMPLES);
        if (right.isEmpty() || all.isEmpty()) {
            throw new PlanningException(
                    "expected the columns problem and correct, or problem, n and c in %s, found %s"
                            .formatted(table.name(), String.join(", ", table.heads())));
        }
        List<Sample> samples = new ArrayList<>();
        for (Row row : table.rows()) {
            try {
                long n = count("samples n", cell(row, all.get()));
                long c = count("right samples c", cell(row, right.get()));
                if (n < 1 || c > n) {
                    throw new PlanningException(
                            "expected at least 1 sample and at most as many right ones, found n = %d and c = %d"
                                    .formatted(n, c));
                }
                if (samples.size() + n > MOST_SAMPLES) {
                    throw new PlanningException(
                            "expected at most %d samples in all, found more"
                                    .formatted(MOST_SAMPLES));
                }
                for (long i = 0; i < n; i++) {
                    samples.add(Sample.of(name(row, problem), i < c));
                }
            } catch (PlanningException e) {
                throw at(table, row, e);
            }
        }
        return samples;
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

    private static long count(String what, String text) {
        double value = Quantity.parse(text);
        if (value < 0 || value != Math.rint(value) || value > MOST_SAMPLES) {
            throw new PlanningException(
                    "expected a whole number of %s from 0 to %d, found %s"
                            .formatted(what, MOST_SAMPLES, text));
        }
        return (long) value;
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
