package dev.retort.planning.next;

import dev.retort.planning.FlopConvention;
import dev.retort.planning.PlanningException;
import dev.retort.planning.fit.LossPoint;
import dev.retort.planning.report.Figures;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * A run that could be made.
 *
 * @param parameters its parameters N, positive
 * @param tokens its tokens D, positive
 */
public record Candidate(double parameters, double tokens) {
    private static final double SAME = 1e-3;

    /** Checks the numbers. */
    public Candidate {
        PlanningException.requirePositive("number of parameters N", parameters);
        PlanningException.requirePositive("number of tokens D", tokens);
    }

    /**
     * Sizes and amounts of data crossed, each once.
     *
     * @param sizes the parameters N that can be trained
     * @param tokens the tokens D
     * @param most the most FLOPs that a run may take
     * @param convention how FLOPs are counted
     * @return the candidates, the cheapest first
     * @throws PlanningException if none is allowed
     */
    public static List<Candidate> grid(
            List<Double> sizes, List<Double> tokens, double most, FlopConvention convention) {
        List<Candidate> all = new ArrayList<>();
        double cheapest = Double.POSITIVE_INFINITY;
        for (double size : Set.copyOf(sizes)) {
            for (double each : Set.copyOf(tokens)) {
                Candidate candidate = new Candidate(size, each);
                double flops = candidate.flops(convention);
                cheapest = Math.min(cheapest, flops);
                if (flops <= most) {
                    all.add(candidate);
                }
            }
        }
        if (all.isEmpty()) {
            throw new PlanningException(
                    "expected a run of at most %s FLOPs, found %s for the cheapest"
                            .formatted(Figures.number(most), Figures.number(cheapest)));
        }
        all.sort(
                Comparator.comparingDouble((Candidate each) -> each.flops(convention))
                        .thenComparingDouble(Candidate::parameters));
        return List.copyOf(all);
    }

    /**
     * What it takes.
     *
     * @param convention how FLOPs are counted
     * @return FLOPs
     */
    public double flops(FlopConvention convention) {
        return convention.of(parameters, tokens);
    }

    /** Whether a run is one of these parameters and tokens. */
    boolean isMadeBy(LossPoint point) {
        return isSameAs(new Candidate(point.parameters(), point.tokens()));
    }

    /** Whether they differ by no more than rounding. */
    boolean isSameAs(Candidate other) {
        return Math.abs(other.parameters / parameters - 1) < SAME
                && Math.abs(other.tokens / tokens - 1) < SAME;
    }
}
