package dev.retort.experiment;

import org.jspecify.annotations.Nullable;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One of the variants that an experiment compares. Immutable.
 *
 * @param name its name in the experiment
 * @param task the name of the class that does a run: a {@code dev.retort.experiment.task.Task} with
 *     a public constructor without parameters
 * @param config the parameters of the task: strings, numbers and booleans by name
 * @param code what identifies the version of the code, such as a commit or the hash of a jar
 * @param data what identifies the data, such as a hash
 * @param fork from where its runs go on, or {@code null} if they begin at their beginning
 */
public record Arm(
        String name,
        String task,
        Map<String, Object> config,
        String code,
        String data,
        @Nullable Fork fork) {
    /**
     * Checks and copies the components; whole numbers become {@code Long}, others {@code Double}.
     */
    public Arm {
        Require.name(name, "the name of an arm");
        Require.text(task, "the task of arm " + name);
        Require.text(code, "the code version of arm " + name);
        Require.text(data, "the data version of arm " + name);
        config = normalised(name, config);
    }

    /** An arm whose runs begin at their beginning. */
    public Arm(String name, String task, Map<String, Object> config, String code, String data) {
        this(name, task, config, code, data, null);
    }

    /** The same with runs that go on from where those of another arm are. */
    public Arm forkedFrom(String other, long step) {
        return new Arm(name, task, config, code, data, new Fork(other, step));
    }

    private static SortedMap<String, Object> normalised(String arm, Map<String, Object> config) {
        SortedMap<String, Object> result = new TreeMap<>();
        config.forEach((key, value) -> result.put(key, normalised(arm, key, value)));
        return Collections.unmodifiableSortedMap(result);
    }

    private static Object normalised(String arm, String key, Object value) {
        return switch (value) {
            case String text -> text;
            case Boolean flag -> flag;
            case Integer number -> number.longValue();
            case Long number -> number;
            // By its text, so that 0.1f becomes 0.1.
            case Float number when Float.isFinite(number) -> Double.valueOf(number.toString());
            case Double number when Double.isFinite(number) -> number;
            default ->
                    throw new IllegalArgumentException(
                            "parameter "
                                    + key
                                    + " of arm "
                                    + arm
                                    + " is "
                                    + value
                                    + " ("
                                    + value.getClass().getSimpleName()
                                    + "): expected a string, a boolean or a finite number");
        };
    }
}
