package dev.retort.experiment.lab;

import dev.retort.experiment.Experiment;
import dev.retort.experiment.Hypothesis;
import dev.retort.experiment.RunState;
import dev.retort.experiment.SearchPlan;
import dev.retort.experiment.state.LabState;
import dev.retort.experiment.state.RunView;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Experiments whose runs succeeded, or ended, and did not find what was asked for: without one of
 * these sentences that looks like success.
 */
public final class Shortcomings {
    private Shortcomings() {}

    /**
     * The experiments of a lab that found nothing, a sentence each: those whose runs have results
     * and none for the metric of its search or hypothesis, and those all of whose runs are
     * infeasible. Runs that were imported are left out.
     *
     * @param lab where they are
     * @param whose the runs that are looked at
     */
    public static List<String> of(Lab lab, RunFilter whose) {
        List<String> all = new ArrayList<>();
        for (Experiment experiment : lab.experiments()) {
            if (experiment.tags().containsKey(Experiment.IMPORTED)) {
                continue;
            }
            List<RunView> runs =
                    lab.runs(RunFilter.ofExperiment(experiment.id())).stream()
                            .filter(view -> whose.fits(view, experiment))
                            .toList();
            String metric = lab.metricOf(experiment).orElse(null);
            unreported(experiment, metric, runs).ifPresent(all::add);
            infeasible(experiment, runs).ifPresent(all::add);
        }
        return all;
    }

    private static Optional<String> unreported(
            Experiment experiment, @Nullable String metric, List<RunView> runs) {
        TreeSet<String> reported = new TreeSet<>();
        boolean ended = false;
        for (RunView view : runs) {
            ended |= hasResult(view.state());
            reported.addAll(view.values().keySet());
        }
        return metric == null || !ended || reported.contains(metric)
                ? Optional.empty()
                : Optional.of(
                        "the metric "
                                + metric
                                + " of experiment "
                                + experiment.id()
                                + " was never reported; "
                                + reported(reported));
    }

    /**
     * What is wrong with the result of a run, for whoever watches: the first run says what all the
     * others will do.
     *
     * @param state how the lab stands
     * @param run the name of a run
     * @return a sentence, or empty if it has the metric that it was run for, or no result
     */
    public static Optional<String> of(LabState state, String run) {
        RunView view = state.run(run).orElseThrow();
        Experiment experiment = state.experimentOf(view);
        String metric = metricOf(state, experiment).orElse(null);
        return metric == null
                        || !hasResult(view.state())
                        || view.values().containsKey(metric)
                        || experiment.tags().containsKey(Experiment.IMPORTED)
                ? Optional.empty()
                : Optional.of(
                        "run "
                                + run
                                + " did not report the metric "
                                + metric
                                + " of its experiment; "
                                + reported(new TreeSet<>(view.values().keySet())));
    }

    /** What the runs of an experiment are run for. */
    static Optional<String> metricOf(LabState state, Experiment experiment) {
        SearchPlan plan = experiment.search();
        String hypothesis = experiment.hypothesis();
        return plan != null
                ? Optional.of(plan.metric())
                : Optional.ofNullable(hypothesis)
                        .flatMap(state::hypothesis)
                        .map(Hypothesis::metric);
    }

    static boolean hasResult(RunState state) {
        return state == RunState.SUCCEEDED || state == RunState.REUSED;
    }

    private static String reported(Set<String> metrics) {
        return metrics.isEmpty()
                ? "nothing was reported"
                : "reported were " + String.join(", ", metrics);
    }

    private static Optional<String> infeasible(Experiment experiment, List<RunView> runs) {
        return runs.isEmpty() || runs.stream().anyMatch(view -> view.state() != RunState.INFEASIBLE)
                ? Optional.empty()
                : Optional.of(
                        (runs.size() == 1 ? "the run" : "all " + runs.size() + " runs")
                                + " of experiment "
                                + experiment.id()
                                + (runs.size() == 1 ? " is" : " are")
                                + " infeasible, "
                                + runs.getFirst().run().id()
                                + " since: "
                                + runs.getFirst().reason());
    }
}
