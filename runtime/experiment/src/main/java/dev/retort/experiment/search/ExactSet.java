package dev.retort.experiment.search;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * An exact set of configurations, in its order. What was run before is taken from there, as for
 * every run of the same content, so that only what is missing is run: after an interruption, or
 * when configurations are added in another search.
 *
 * @param configs the configurations: the value of each active parameter by its name, none twice
 */
public record ExactSet(List<Map<String, Object>> configs) implements Proposer {
    /** Copies the configurations; whole numbers become {@code Long}, others {@code Double}. */
    public ExactSet {
        configs = configs.stream().map(ExactSet::normalised).toList();
        if (configs.isEmpty()) {
            throw new IllegalArgumentException("expected at least one configuration, found none");
        }
        Set<Map<String, Object>> seen = new HashSet<>();
        for (Map<String, Object> config : configs) {
            if (!seen.add(config)) {
                throw new IllegalArgumentException(
                        "expected every configuration once, found twice " + config);
            }
        }
    }

    private static Map<String, Object> normalised(Map<String, Object> config) {
        Map<String, Object> normalised = new TreeMap<>();
        config.forEach(
                (name, value) -> normalised.put(name, Parameter.Categorical.normalised(value)));
        return normalised;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if there are fewer, or the configuration is none of the
     *     space
     */
    @Override
    public Proposal propose(SearchSpace space, long seed, int number, List<Observation> seen) {
        Proposer.check(number);
        if (number >= configs.size()) {
            throw new IllegalArgumentException(
                    "expected a proposal below the %d configurations of the set, found number %d"
                            .formatted(configs.size(), number));
        }
        return new Proposal(number, config(space, configs.get(number)), this, seed, 0);
    }

    private static Config config(SearchSpace space, Map<String, Object> given) {
        SequencedMap<String, Setting> settings = new LinkedHashMap<>();
        for (SearchSpace.Dimension dimension : space.dimensions()) {
            if (SearchSpace.isActive(dimension, settings)) {
                Parameter parameter = dimension.parameter();
                Setting setting = setting(parameter, given);
                // Refuses what is not in its range.
                parameter.coordinate(setting);
                settings.put(parameter.name(), setting);
            }
        }
        if (!settings.keySet().equals(given.keySet())) {
            throw new IllegalArgumentException(
                    "expected a configuration of the active parameters %s, found %s"
                            .formatted(settings.keySet(), given));
        }
        return new Config(settings);
    }

    private static Setting setting(Parameter parameter, Map<String, Object> given) {
        Object value = given.get(parameter.name());
        return switch (parameter) {
            case Parameter.Continuous _ when value instanceof Number number ->
                    new Setting.Real(number.doubleValue());
            case Parameter.Whole _ when value instanceof Long number -> new Setting.Whole(number);
            case Parameter.Categorical _ when value != null -> new Setting.Choice(value);
            case Parameter.Continuous _, Parameter.Whole _, Parameter.Categorical _ ->
                    throw new IllegalArgumentException(
                            "expected a value of the parameter %s, found %s"
                                    .formatted(parameter, value));
        };
    }
}
