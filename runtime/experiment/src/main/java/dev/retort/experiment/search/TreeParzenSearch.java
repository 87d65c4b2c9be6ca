package dev.retort.experiment.search;

import org.hipparchus.util.FastMath;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;

/**
 * The tree-structured Parzen estimator (Bergstra, Bardenet, Bengio and Kégl, "Algorithms for
 * hyper-parameter optimization", 2011, section 4). The observations are split at a quantile of
 * their loss, all that were stopped behind those that were not; for each parameter one density is
 * estimated from the better and one from the worse ones in which it was active, and of some draws
 * from the better density the one with the largest ratio of the two is taken, which maximises the
 * expected improvement (their equation 3).
 *
 * @param startup the proposals that are drawn at random, at least 1
 * @param quantile the share of observations that count as better, above 0 and below 1
 * @param mostBetter the most observations that count as better
 * @param candidates the draws among which the best is taken, at least 1
 */
public record TreeParzenSearch(int startup, double quantile, int mostBetter, int candidates)
        implements Proposer {
    /** Checks the options. */
    public TreeParzenSearch {
        if (startup < 1 || candidates < 1 || mostBetter < 1 || !(quantile > 0 && quantile < 1)) {
            throw new IllegalArgumentException(
                    "expected a startup, candidates and better observations of at least 1 and a quantile between 0 and 1, found %d, %d, %d and %s"
                            .formatted(startup, candidates, mostBetter, quantile));
        }
    }

    /**
     * The usual options: 10 random proposals, the best 15 % as in the paper but at most 25, 24
     * candidates.
     *
     * @return the search
     */
    public static TreeParzenSearch usual() {
        return new TreeParzenSearch(10, 0.15, 25, 24);
    }

    /** {@inheritDoc} */
    @Override
    public Proposal propose(SearchSpace space, long seed, int number, List<Observation> seen) {
        Proposer.check(number);
        Map<Integer, Observation> last = new HashMap<>();
        seen.forEach(observation -> last.put(observation.number(), observation));
        if (last.size() < startup) {
            Config config = new RandomSearch().propose(space, seed, number, seen).config();
            return new Proposal(number, config, this, seed, seen.size());
        }
        List<Observation> ranked = last.values().stream().sorted(Observation.BEST_FIRST).toList();
        int better = FastMath.min(mostBetter, (int) FastMath.ceil(quantile * ranked.size()));
        List<Observation> good = ranked.subList(0, better);
        List<Observation> bad = ranked.subList(better, ranked.size());
        RandomGenerator random = Proposer.random(seed, number);
        SequencedMap<String, Setting> settings = new LinkedHashMap<>();
        for (SearchSpace.Dimension dimension : space.dimensions()) {
            if (SearchSpace.isActive(dimension, settings)) {
                Parameter parameter = dimension.parameter();
                settings.put(parameter.name(), choose(parameter, good, bad, random));
            }
        }
        return new Proposal(number, new Config(settings), this, seed, seen.size());
    }

    private Setting choose(
            Parameter parameter,
            List<Observation> good,
            List<Observation> bad,
            RandomGenerator random) {
        Density better = density(parameter, good);
        Density worse = density(parameter, bad);
        double best = Double.NEGATIVE_INFINITY;
        double chosen = 0.5;
        for (int i = 0; i < candidates; i++) {
            double drawn = better.draw(random);
            // The setting's own coordinate: all draws that mean the same integer score the same.
            double unit = parameter.coordinate(parameter.at(drawn));
            double score = better.log(unit) - worse.log(unit);
            if (score > best) {
                best = score;
                chosen = unit;
            }
        }
        return parameter.at(chosen);
    }

    private static Density density(Parameter parameter, List<Observation> observations) {
        List<Double> units = new ArrayList<>();
        for (Observation observation : observations) {
            Setting setting = observation.config().settings().get(parameter.name());
            if (setting != null) {
                units.add(parameter.coordinate(setting));
            }
        }
        return parameter instanceof Parameter.Categorical categorical
                ? Density.categorical(categorical.choices().size(), units)
                : Density.parzen(units);
    }
}
