package dev.retort.examples.plan;

import dev.retort.planning.PlanningException;
import dev.retort.planning.table.Quantity;

import java.util.List;
import java.util.function.Function;

/**
 * A run whose loss is asked for.
 *
 * @param parameters its parameters N
 * @param tokens its tokens D
 * @param uniqueTokens those that differ
 */
record Target(double parameters, double tokens, double uniqueTokens) {
    /**
     * Runs on unique data, N:D each.
     *
     * @param option the option that they are of, for what is refused
     * @param texts what it says
     */
    static List<Target> of(String option, List<String> texts) {
        return each(option, texts, text -> of(text, 2, "7B:2T"));
    }

    /** Runs that may repeat their data, N:D or N:D:U each. */
    static List<Target> repeated(String option, List<String> texts) {
        return each(option, texts, text -> of(text, 3, "7B:2T, or 7B:2T:500B"));
    }

    static List<Double> tokens(String option, List<String> texts) {
        return each(option, texts, text -> positive(text, text));
    }

    private static <T> List<T> each(String option, List<String> texts, Function<String, T> reader) {
        try {
            return texts.stream().map(reader).toList();
        } catch (PlanningException e) {
            throw e.within(option);
        }
    }

    private static Target of(String text, int mostParts, String example) {
        String[] parts = text.split(":", -1);
        if (parts.length < 2 || parts.length > mostParts) {
            throw new PlanningException(
                    "expected a model and its tokens such as %s, found %s"
                            .formatted(example, text));
        }
        double tokens = positive(parts[1], text);
        double unique = parts.length == 3 ? positive(parts[2], text) : tokens;
        if (unique > tokens) {
            throw new PlanningException(
                    "expected at most as many unique tokens as tokens, found " + text);
        }
        return new Target(positive(parts[0], text), tokens, unique);
    }

    /** What is asked for, as reports name it. */
    String label() {
        String run = "N = %s, D = %s".formatted(Output.number(parameters), Output.number(tokens));
        return uniqueTokens < tokens
                ? "%s, U = %s".formatted(run, Output.number(uniqueTokens))
                : run;
    }

    private static double positive(String part, String text) {
        double value = Quantity.parse(part);
        if (!(value > 0 && Double.isFinite(value))) {
            throw new PlanningException("expected positive, finite numbers, found " + text);
        }
        return value;
    }
}
