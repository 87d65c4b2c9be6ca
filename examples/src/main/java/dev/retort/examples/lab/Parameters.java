package dev.retort.examples.lab;

import dev.retort.experiment.task.TaskContext;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The parameters of a run, each known to its task: one that is misspelt would otherwise be left out
 * without a word. What is wrong is an {@link IllegalArgumentException} whose message is the reason
 * of an {@link dev.retort.experiment.task.Outcome.Infeasible}.
 */
public final class Parameters {
    private final Map<String, Object> values;

    private Parameters(Map<String, Object> values) {
        this.values = values;
    }

    /**
     * The parameters of a run.
     *
     * @param context of the run
     * @param known the names of all that its task has
     * @return the parameters
     * @throws IllegalArgumentException if there are others
     */
    public static Parameters of(TaskContext context, String... known) {
        TreeSet<String> others = new TreeSet<>(context.config().keySet());
        others.removeAll(List.of(known));
        if (!others.isEmpty()) {
            throw new IllegalArgumentException(
                    "expected the parameters %s alone, found %s".formatted(List.of(known), others));
        }
        return new Parameters(context.config());
    }

    /**
     * A number.
     *
     * @param name its name
     * @return its value
     * @throws IllegalArgumentException if it is missing or none
     */
    public double number(String name) {
        if (values.get(name) instanceof Number number) {
            return number.doubleValue();
        }
        throw wrong("a number", name);
    }

    /**
     * A whole number.
     *
     * @param name its name
     * @return its value
     * @throws IllegalArgumentException if it is missing, none, or too large for an {@code int}
     */
    public int whole(String name) {
        if (values.get(name) instanceof Long number && number == number.intValue()) {
            return number.intValue();
        }
        throw wrong("a whole number", name);
    }

    private IllegalArgumentException wrong(String expected, String name) {
        return new IllegalArgumentException(
                "expected %s for the parameter %s, found %s"
                        .formatted(
                                expected,
                                name,
                                values.containsKey(name) ? values.get(name) : "none"));
    }
}
