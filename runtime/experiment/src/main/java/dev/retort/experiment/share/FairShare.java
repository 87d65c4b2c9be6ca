package dev.retort.experiment.share;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Which team is furthest below its share: the one that holds least per weight now, and among equals
 * the one that used least per weight lately. What was used is known from the log, so that a
 * scheduler that begins anew, or another one, goes on with the same shares.
 */
public final class FairShare {
    private final Map<String, Double> weights;
    private final ToDoubleFunction<String> used;
    private final Map<String, Integer> held = new HashMap<>();

    /**
     * Shares.
     *
     * @param weights of teams whose weight is not 1
     * @param used what a team used lately, in a unit that is the same for all
     */
    public FairShare(Map<String, Double> weights, ToDoubleFunction<String> used) {
        this.weights = weights;
        this.used = used;
    }

    /**
     * Checks and copies weights.
     *
     * @param weights by team
     * @return a copy that does not change
     * @throws IllegalArgumentException if one is not finite and above 0
     */
    public static Map<String, Double> checked(Map<String, Double> weights) {
        Map<String, Double> copy = Map.copyOf(weights);
        copy.forEach(
                (team, weight) -> {
                    if (!(weight > 0) || weight.isInfinite()) {
                        throw new IllegalArgumentException(
                                "the share of team "
                                        + team
                                        + " is "
                                        + weight
                                        + ": expected a finite number above 0");
                    }
                });
        return copy;
    }

    /** A team took an amount. */
    public void taken(String team, int amount) {
        held.merge(team, amount, Integer::sum);
    }

    /** A team holds an amount less. */
    public void returned(String team, int amount) {
        held.merge(team, -amount, Integer::sum);
    }

    /** What a team holds now. */
    public int held(String team) {
        return held.getOrDefault(team, 0);
    }

    /** The team that is to go first, first. */
    public List<String> inOrder(Collection<String> teams) {
        List<String> sorted = new ArrayList<>(teams);
        if (sorted.size() > 1) {
            // Looked up once: what was used may change meanwhile.
            Map<String, Double> usedPerWeight = new HashMap<>();
            for (String team : sorted) {
                usedPerWeight.put(team, used.applyAsDouble(team) / weight(team));
            }
            sorted.sort(
                    Comparator.comparingDouble((String team) -> held(team) / weight(team))
                            .thenComparingDouble(team -> usedPerWeight.getOrDefault(team, 0.0))
                            .thenComparing(Comparator.naturalOrder()));
        }
        return sorted;
    }

    private double weight(String team) {
        return weights.getOrDefault(team, 1.0);
    }
}
