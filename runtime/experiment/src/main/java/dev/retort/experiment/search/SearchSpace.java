package dev.retort.experiment.search;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is searched.
 *
 * @param dimensions the parameters in order
 */
public record SearchSpace(List<Dimension> dimensions) {
    /**
     * When a parameter is active.
     *
     * @param parent a categorical parameter that comes before
     * @param choices the choices of the parent under which the parameter is active
     */
    public record Condition(String parent, Set<?> choices) {
        private static final Comparator<Object> ORDER =
                Comparator.comparing(Object::toString)
                        .thenComparing(choice -> choice.getClass().getName());

        /** Copies the choices. */
        public Condition {
            // Sorted: what a sentence or a log says must not depend on the machine.
            Set<Object> sorted = new TreeSet<>(ORDER);
            choices.forEach(choice -> sorted.add(Parameter.Categorical.normalised(choice)));
            choices = Collections.unmodifiableSet(new LinkedHashSet<>(sorted));
        }
    }

    /**
     * A parameter with its condition.
     *
     * @param parameter the parameter
     * @param condition when it is active, or {@code null} if always
     */
    public record Dimension(Parameter parameter, @Nullable Condition condition) {}

    /** Checks names and conditions. */
    public SearchSpace {
        dimensions = List.copyOf(dimensions);
        if (dimensions.isEmpty()) {
            throw new IllegalArgumentException("expected at least one parameter, found none");
        }
        Map<String, Parameter> before = new HashMap<>();
        for (Dimension dimension : dimensions) {
            Condition condition = dimension.condition();
            if (condition != null) {
                check(dimension, condition, before);
            }
            String name = dimension.parameter().name();
            if (before.put(name, dimension.parameter()) != null) {
                throw new IllegalArgumentException(
                        "expected every parameter once, found '" + name + "' twice");
            }
        }
    }

    private static void check(
            Dimension dimension, Condition condition, Map<String, Parameter> before) {
        if (!(before.get(condition.parent()) instanceof Parameter.Categorical parent)
                || !parent.choices().containsAll(condition.choices())) {
            throw new IllegalArgumentException(
                    "expected the condition of '%s' to name choices of a categorical parameter before it, found %s"
                            .formatted(dimension.parameter().name(), condition));
        }
    }

    /**
     * A space without conditions.
     *
     * @param parameters the parameters in order
     * @return the space
     */
    public static SearchSpace of(Parameter... parameters) {
        return new SearchSpace(
                List.of(parameters).stream().map(p -> new Dimension(p, null)).toList());
    }

    /**
     * The same with a parameter that is active under some choices only.
     *
     * @param parameter the parameter
     * @param parent a categorical parameter of this space
     * @param choices the choices under which it is active
     * @return the larger space
     */
    public SearchSpace when(String parent, Set<?> choices, Parameter parameter) {
        List<Dimension> more = new ArrayList<>(dimensions);
        more.add(new Dimension(parameter, new Condition(parent, choices)));
        return new SearchSpace(more);
    }

    /**
     * The configuration at a point of the unit cube.
     *
     * @param point one coordinate a parameter, from 0 to 1; those of inactive ones are not used
     * @return the configuration
     */
    public Config at(double[] point) {
        if (point.length != dimensions.size()) {
            throw new IllegalArgumentException(
                    "expected %d coordinates, found %d".formatted(dimensions.size(), point.length));
        }
        SequencedMap<String, Setting> settings = new LinkedHashMap<>();
        for (int i = 0; i < point.length; i++) {
            Dimension dimension = dimensions.get(i);
            if (isActive(dimension, settings)) {
                settings.put(dimension.parameter().name(), dimension.parameter().at(point[i]));
            }
        }
        return new Config(settings);
    }

    /** Whether the condition of another parameter names one. */
    boolean isParent(String name) {
        return dimensions.stream()
                .map(Dimension::condition)
                .anyMatch(condition -> condition != null && condition.parent().equals(name));
    }

    /** Whether a parameter is active under the settings of those before. */
    static boolean isActive(Dimension dimension, Map<String, Setting> before) {
        Condition condition = dimension.condition();
        if (condition == null) {
            return true;
        }
        @Nullable Setting parent = before.get(condition.parent());
        return parent instanceof Setting.Choice(Object value)
                && condition.choices().contains(value);
    }
}
