package dev.retort.experiment.verdict;

import dev.retort.experiment.Direction;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * The best of several candidates. Its score overstates it: the best of 16 candidates that are all
 * the same, run with one seed each, is 1.77 standard deviations above their mean. What it is worth
 * is judged from a re-run with seeds that the choice did not see.
 *
 * @param scores the mean score by candidate, the control among them
 * @param control the candidate that the others are compared with
 * @param direction which way is better
 * @param seeds the seeds that the scores come from
 */
public record Selection(
        SequencedMap<String, Double> scores,
        String control,
        Direction direction,
        NavigableSet<Long> seeds) {
    /** Checks the scores. */
    public Selection {
        scores = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(scores));
        seeds = Collections.unmodifiableNavigableSet(new TreeSet<>(seeds));
        if (scores.size() < 2 || !scores.containsKey(control)) {
            throw new IllegalArgumentException(
                    "expected scores of the control '%s' and of at least one more, found %s"
                            .formatted(control, scores.keySet()));
        }
        for (Map.Entry<String, Double> entry : scores.entrySet()) {
            if (!Double.isFinite(entry.getValue())) {
                throw new IllegalArgumentException(
                        "expected a finite score of every candidate, found %s of '%s'"
                                .formatted(entry.getValue(), entry.getKey()));
            }
        }
    }

    /**
     * The best candidate beside the control; of equal ones the first.
     *
     * @return its name
     */
    public String winner() {
        String best = "";
        for (String name : scores.keySet()) {
            boolean better = best.isEmpty() || direction.gain(score(name), score(best)) > 0;
            best = !name.equals(control) && better ? name : best;
        }
        return best;
    }

    /**
     * The winner's gain over the control as the choice saw it, which overstates it.
     *
     * @return the gain in the unit of the metric
     */
    public double gain() {
        return direction.gain(score(winner()), score(control));
    }

    private double score(String name) {
        return scores.getOrDefault(name, Double.NaN);
    }

    /**
     * Seeds for the re-run.
     *
     * @param count how many
     * @param from what they are drawn from, by {@link SplittableRandom}: the same gives the same
     *     seeds, and more of them begin with the same
     * @return seeds from 0 up that the choice did not see, no two the same
     */
    public List<Long> freshSeeds(int count, long from) {
        SplittableRandom random = new SplittableRandom(from);
        Set<Long> taken = new TreeSet<>(seeds);
        List<Long> fresh = new ArrayList<>();
        while (fresh.size() < count) {
            long seed = random.nextLong(1L << 53);
            if (taken.add(seed)) {
                fresh.add(seed);
            }
        }
        return List.copyOf(fresh);
    }

    /**
     * By how much the choice overstated the winner.
     *
     * @param effect the effect against the control that fresh seeds showed
     * @return the gain seen in the choice less the effect
     */
    public double inflation(double effect) {
        return gain() - effect;
    }
}
