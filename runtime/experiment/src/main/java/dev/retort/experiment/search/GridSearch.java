package dev.retort.experiment.search;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * All combinations: of a real parameter so many values from its low to its high, evenly on its
 * scale, of an integer one at most as many, of a categorical one all. Inactive parameters are left
 * out.
 *
 * @param points the values of a real parameter, at least 1
 */
public record GridSearch(int points) implements Proposer {
    private static final long MOST = 1_000_000;

    /** Checks the number. */
    public GridSearch {
        if (points < 1) {
            throw new IllegalArgumentException(
                    "expected at least 1 point a parameter, found " + points);
        }
    }

    /**
     * The size of the grid.
     *
     * @param space the space
     * @throws IllegalArgumentException if there are more than a million configurations
     */
    public int size(SearchSpace space) {
        long size = size(space, 0, Map.of());
        if (size > MOST) {
            throw new IllegalArgumentException(
                    "expected a grid of at most %d points, found more with %d a parameter"
                            .formatted(MOST, points));
        }
        return (int) size;
    }

    /** How many combinations there are from a parameter on, at most one too many. */
    private long size(SearchSpace space, int from, Map<String, Setting> before) {
        if (from == space.dimensions().size()) {
            return 1;
        }
        SearchSpace.Dimension dimension = space.dimensions().get(from);
        if (!SearchSpace.isActive(dimension, before)) {
            return size(space, from + 1, before);
        }
        String name = dimension.parameter().name();
        List<Setting> values = values(dimension.parameter());
        if (!space.isParent(name)) {
            return Math.min(MOST + 1, values.size() * size(space, from + 1, before));
        }
        long sum = 0;
        Map<String, Setting> with = new HashMap<>(before);
        for (Setting value : values) {
            with.put(name, value);
            sum += size(space, from + 1, with);
        }
        return Math.min(MOST + 1, sum);
    }

    /** A configuration by its place in the grid, in which the last parameter changes fastest. */
    private Config at(SearchSpace space, int place) {
        SequencedMap<String, Setting> settings = new LinkedHashMap<>();
        long left = place;
        for (int i = 0; i < space.dimensions().size(); i++) {
            SearchSpace.Dimension dimension = space.dimensions().get(i);
            if (!SearchSpace.isActive(dimension, settings)) {
                continue;
            }
            for (Setting value : values(dimension.parameter())) {
                settings.put(dimension.parameter().name(), value);
                long below = size(space, i + 1, settings);
                if (left < below) {
                    break;
                }
                left -= below;
            }
        }
        return new Config(settings);
    }

    private List<Setting> values(Parameter parameter) {
        return switch (parameter) {
            case Parameter.Categorical c ->
                    c.choices().stream()
                            .map(choice -> (Setting) new Setting.Choice(choice))
                            .toList();
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
        int size = size(space);
        if (number >= size) {
            throw new IllegalArgumentException(
                    "expected a proposal below the %d points of the grid, found number %d"
                            .formatted(size, number));
        }
        return new Proposal(number, at(space, number), this, seed, 0);
    }
}
