package dev.retort.examples.plan;

import dev.retort.planning.PlanningException;
import dev.retort.planning.table.Quantity;

import java.util.List;

/** A run whose loss is asked for. */
record Target(double parameters, double tokens) {
    static List<Target> of(List<String> texts) {
        return texts.stream()
                .map(
                        text -> {
                            String[] parts = text.split(":", -1);
                            if (parts.length != 2) {
                                throw new PlanningException(
                                        "expected a model and its tokens such as 7B:2T, found "
                                                + text);
                            }
                            return new Target(positive(parts[0]), positive(parts[1]));
                        })
                .toList();
    }

    static List<Double> tokens(List<String> texts) {
        return texts.stream().map(Target::positive).toList();
    }

    private static double positive(String text) {
        double value = Quantity.parse(text);
        if (!(value > 0 && Double.isFinite(value))) {
            throw new PlanningException("expected a positive, finite number, found " + text);
        }
        return value;
    }
}
