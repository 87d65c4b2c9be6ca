package dev.retort.experiment.verdict;

import dev.retort.experiment.Direction;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;

/**
 * The metric of both arms under the same seeds, in the order in which the seeds were planned. The
 * order counts: a verdict falls at the first seed that decides, so it must not be chosen after the
 * results are seen.
 *
 * @param pairs the pairs; no seed twice, all values finite
 */
public record PairedSeeds(List<Pair> pairs) {
    /**
     * One seed.
     *
     * @param seed the seed that both arms ran with
     * @param treatment the metric with what is claimed to help
     * @param control the metric without it
     */
    public record Pair(long seed, double treatment, double control) {
        /** Checks the values. */
        public Pair {
            finite("treatment", seed, treatment);
            finite("control", seed, control);
        }

        private static void finite(String arm, long seed, double value) {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException(
                        "expected a finite metric for every seed, found "
                                + value
                                + " in the "
                                + arm
                                + " under seed "
                                + seed
                                + "; leaving the seed out would bias the verdict, so register"
                                + " what a run that diverged counts as");
            }
        }
    }

    /** Checks that no seed comes twice. */
    public PairedSeeds {
        pairs = List.copyOf(pairs);
        Set<Long> seen = new HashSet<>();
        for (Pair pair : pairs) {
            if (!seen.add(pair.seed())) {
                throw new IllegalArgumentException(
                        "expected every seed once, found seed " + pair.seed() + " twice");
            }
        }
    }

    /**
     * Joins the results of two arms by their seeds.
     *
     * @param treatment the metric by seed, in the order in which the seeds were planned
     * @param control the metric by seed
     * @return the pairs in the order of the treatment
     * @throws IllegalArgumentException if the arms have not the same seeds, or a value is not
     *     finite
     */
    public static PairedSeeds join(
            SequencedMap<Long, Double> treatment, Map<Long, Double> control) {
        Set<Long> lone = new TreeSet<>(treatment.keySet());
        lone.removeAll(control.keySet());
        Set<Long> other = new TreeSet<>(control.keySet());
        other.removeAll(treatment.keySet());
        if (!lone.isEmpty() || !other.isEmpty()) {
            throw new IllegalArgumentException(
                    "expected the same seeds in both arms, found seeds "
                            + lone
                            + " in the treatment alone and "
                            + other
                            + " in the control alone");
        }
        List<Pair> pairs = new ArrayList<>();
        for (Map.Entry<Long, Double> entry : treatment.entrySet()) {
            double without = control.getOrDefault(entry.getKey(), Double.NaN);
            pairs.add(new Pair(entry.getKey(), entry.getValue(), without));
        }
        return new PairedSeeds(pairs);
    }

    /**
     * The same with one more seed.
     *
     * @param pair the next pair
     * @return the pairs
     */
    public PairedSeeds with(Pair pair) {
        List<Pair> more = new ArrayList<>(pairs);
        more.add(pair);
        return new PairedSeeds(more);
    }

    /**
     * The seeds.
     *
     * @return the seeds in order
     */
    public List<Long> seeds() {
        return pairs.stream().map(Pair::seed).toList();
    }

    /**
     * The differences.
     *
     * @param direction which way is better
     * @return one difference a seed in order, positive where the treatment is better
     */
    public double[] gains(Direction direction) {
        return pairs.stream()
                .mapToDouble(pair -> direction.gain(pair.treatment(), pair.control()))
                .toArray();
    }
}
