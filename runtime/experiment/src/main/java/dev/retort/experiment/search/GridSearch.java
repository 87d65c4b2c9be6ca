package dev.retort.experiment.search;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * All combinations: of a real parameter so many values from its low to its high, evenly on its
 * scale, of an integer one at most as many, of a categorical one all. Inactive parameters are left
 * out.
 *
 * @param points the values of a real parameter, at least 1
 */
public record GridSearch(int points) implements Proposer {
    private static final int MOST = 1_000_000;

    /** Checks the number. */
    public GridSearch {
        if (points < 1) {
            throw new IllegalArgumentException(
                    "expected at least 1 point a parameter, found " + points);
        }
    }

    /**
     * The grid.
     *
     * @param space the space
     * @return its configurations, the last parameter changing fastest
     * @throws IllegalArgumentException if there are more than a million
     */
    public List<Config> configs(SearchSpace space) {
        List<SequencedMap<String, Setting>> grid = List.of(new LinkedHashMap<>());
        for (SearchSpace.Dimension dimension : space.dimensions()) {
            List<SequencedMap<String, Setting>> finer = new ArrayList<>();
            for (SequencedMap<String, Setting> before : grid) {
                if (!SearchSpace.isActive(dimension, before)) {
                    finer.add(before);
                    continue;
                }
                for (Setting setting : values(dimension.parameter())) {
                    SequencedMap<String, Setting> with = new LinkedHashMap<>(before);
                    with.put(dimension.parameter().name(), setting);
                    finer.add(with);
                }
                if (finer.size() > MOST) {
                    throw new IllegalArgumentException(
                            "expected a grid of at most %d points, found more with %d a parameter"
                                    .formatted(MOST, points));
                }
            }
            grid = finer;
        }
        return grid.stream().map(Config::new).toList();
    }

    private List<Setting> values(Parameter parameter) {
        return switch (parameter) {
            case Parameter.Categorical c ->
                    c.choices().stream().<Setting>map(Setting.Choice::new).toList();
            case Parameter.Continuous c -> spread(c);
            case Parameter.Whole w -> spread(w);
        };
    }

    private List<Setting> spread(Parameter parameter) {
        List<Setting> values = new ArrayList<>();
        for (int i = 0; i < points; i++) {
            values.add(parameter.at(points == 1 ? 0.5 : i / (points - 1.0)));
        }
        return values.stream().distinct().toList();
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the grid has fewer points
     */
    @Override
    public Proposal propose(SearchSpace space, long seed, int number, List<Observation> seen) {
        Proposer.check(number);
        List<Config> configs = configs(space);
        if (number >= configs.size()) {
            throw new IllegalArgumentException(
                    "expected a proposal below the %d points of the grid, found number %d"
                            .formatted(configs.size(), number));
        }
        return new Proposal(number, configs.get(number), this, seed, 0);
    }
}
