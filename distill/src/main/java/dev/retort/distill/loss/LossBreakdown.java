package dev.retort.distill.loss;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What the terms of a loss came to over some steps.
 *
 * @param steps the steps
 * @param parts the terms, in their order; their contributions sum to the loss
 */
public record LossBreakdown(long steps, List<Part> parts) {
    /** Copies the list. */
    public LossBreakdown {
        parts = List.copyOf(parts);
    }

    /**
     * One term.
     *
     * @param name its name
     * @param weight its weight in the last of the steps
     * @param contribution what it added to the loss, weight included, as a mean over the samples
     */
    public record Part(String name, double weight, double contribution) {}

    /**
     * The loss over these steps.
     *
     * @return the sum of the contributions, a mean over the samples
     */
    public double total() {
        return parts.stream().mapToDouble(Part::contribution).sum();
    }

    /** One line for a log: the loss, and each term with its weight. */
    @Override
    public String toString() {
        return parts.stream()
                .map(
                        part ->
                                String.format(
                                        Locale.ROOT,
                                        "%s %.4g (weight %.3g)",
                                        part.name(),
                                        part.contribution(),
                                        part.weight()))
                .collect(
                        Collectors.joining(
                                " + ", String.format(Locale.ROOT, "%.4g = ", total()), ""));
    }
}
