package dev.retort.experiment.lab;

import dev.retort.experiment.RunState;
import dev.retort.experiment.state.RunView;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the runs of an arm found, side by side with others. No verdict: that is the matter of {@link
 * Verdicts}.
 *
 * @param arm the name of the arm
 * @param parameters what its task is given
 * @param states how many of its runs are in which state
 * @param values the values of those that have a result, by metric
 */
public record ArmSummary(
        String arm,
        SortedMap<String, Object> parameters,
        SortedMap<RunState, Integer> states,
        SortedMap<String, Values> values) {
    /** Copies the maps. */
    public ArmSummary {
        parameters = Collections.unmodifiableSortedMap(new TreeMap<>(parameters));
        states = Collections.unmodifiableSortedMap(new TreeMap<>(states));
        values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    }

    /**
     * The values of a metric.
     *
     * @param count how many
     * @param mean their mean
     * @param deviation their sample standard deviation; 0 of one
     * @param least the least
     * @param largest the largest
     */
    public record Values(int count, double mean, double deviation, double least, double largest) {
        static Values of(List<Double> values) {
            double mean = values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
            double squares = values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
            return new Values(
                    values.size(),
                    mean,
                    values.size() < 2 ? 0 : Math.sqrt(squares / (values.size() - 1)),
                    Collections.min(values),
                    Collections.max(values));
        }
    }

    /**
     * The arms of an experiment, in the order in which they were planned.
     *
     * @param lab where it is
     * @param experiment its name
     */
    public static List<ArmSummary> of(Lab lab, String experiment) {
        Map<String, SortedMap<String, Object>> parameters = new LinkedHashMap<>();
        Map<String, SortedMap<RunState, Integer>> states = new LinkedHashMap<>();
        Map<String, Map<String, List<Double>>> values = new LinkedHashMap<>();
        for (RunView view : lab.runs(RunFilter.ofExperiment(experiment))) {
            String arm = view.run().arm();
            parameters.computeIfAbsent(arm, _ -> new TreeMap<>(lab.armOf(view).config()));
            states.computeIfAbsent(arm, _ -> new TreeMap<>()).merge(view.state(), 1, Integer::sum);
            Map<String, List<Double>> ofArm =
                    values.computeIfAbsent(arm, _ -> new LinkedHashMap<>());
            view.values()
                    .forEach(
                            (metric, value) ->
                                    ofArm.computeIfAbsent(metric, _ -> new ArrayList<>())
                                            .add(value));
        }
        List<ArmSummary> all = new ArrayList<>();
        states.forEach(
                (arm, counts) -> {
                    SortedMap<String, Values> found = new TreeMap<>();
                    values.getOrDefault(arm, Map.of())
                            .forEach((metric, list) -> found.put(metric, Values.of(list)));
                    SortedMap<String, Object> given = parameters.getOrDefault(arm, new TreeMap<>());
                    all.add(new ArmSummary(arm, given, counts, found));
                });
        return List.copyOf(all);
    }
}
