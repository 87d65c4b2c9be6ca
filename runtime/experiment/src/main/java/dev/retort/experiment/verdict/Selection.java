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
    /**
     * The winner with fresh seeds.
     *
     * @param selection the choice
     * @param verdict what fresh seeds say of the winner against the control
     */
    public record Rerun(Selection selection, Verdict verdict) {
        /**
         * By how much the choice overstated the winner.
         *
         * @return the gain seen in the choice less the effect with fresh seeds
         */
        public double inflation() {
            return selection.gain() - verdict.effect();
        }
    }

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
     * Judges the winner from its re-run.
     *
     * @param claim what is claimed of the winner against the control
     * @param design how it is decided
     * @param fresh the results with fresh seeds, the winner as the treatment
     * @return the answer
     * @throws IllegalArgumentException if a seed is not fresh, or the claim is of the other
     *     direction, or {@link Judge#judge} refuses the pairs
     */
    public Rerun rerun(Claim claim, Design design, PairedSeeds fresh) {
        Set<Long> seen = new TreeSet<>(fresh.seeds());
        seen.retainAll(seeds);
        if (!seen.isEmpty()) {
            throw new IllegalArgumentException(
                    "expected seeds that the choice of the winner did not see, found seeds "
                            + seen
                            + " among those it came from");
        }
        if (claim.direction() != direction) {
            throw new IllegalArgumentException(
                    "expected a claim in the direction %s of the choice, found %s"
                            .formatted(direction, claim.direction()));
        }
        return new Rerun(this, Judge.judge(claim, design, fresh));
    }
}
