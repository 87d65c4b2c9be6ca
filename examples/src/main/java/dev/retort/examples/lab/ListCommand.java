package dev.retort.examples.lab;

import dev.retort.experiment.Experiment;
import dev.retort.experiment.RunState;
import dev.retort.experiment.SearchPlan;
import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.experiment.state.RunView;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** {@code retort lab list}: the runs, and the searches that have none yet. */
@Command(name = "list", description = "Show runs, and searches that have proposed none yet.")
final class ListCommand implements Callable<Integer> {
    @ParentCommand private LabCommand parent;

    @Option(
            names = "--experiment",
            paramLabel = "NAME",
            description = "Only those of this experiment.")
    private @Nullable String experiment;

    @Option(names = "--team", paramLabel = "NAME", description = "Only those of this team.")
    private @Nullable String team;

    @Option(
            names = "--state",
            paramLabel = "STATE",
            description = "Only those in this state: ${COMPLETION-CANDIDATES}.")
    private @Nullable RunState state;

    @Override
    public Integer call() throws IOException {
        RunFilter all = RunFilter.all();
        RunFilter filter = new RunFilter(experiment, null, team, null, all.states(), Map.of());
        return parent.with(
                (lab, _) -> {
                    String name = experiment;
                    if (name != null) {
                        Named.experiment(lab, name);
                    }
                    List<Object> shown = new ArrayList<>();
                    lab.runs(state == null ? filter : filter.in(state))
                            .forEach(view -> shown.add(shown(view)));
                    if (state == null) {
                        shown.addAll(withoutRuns(lab, filter));
                    }
                    return shown;
                });
    }

    private static List<Map<String, Object>> withoutRuns(Lab lab, RunFilter filter) {
        List<Map<String, Object>> shown = new ArrayList<>();
        for (Experiment each : lab.experiments()) {
            SearchPlan plan = each.search();
            if (plan != null
                    && filter.fits(each)
                    && lab.runs(RunFilter.ofExperiment(each.id())).isEmpty()) {
                Map<String, Object> search = new LinkedHashMap<>();
                search.put("search", each.id());
                search.put("trials", 0);
                search.put("of", plan.trials());
                search.put(
                        "reason",
                        lab.isClosed(each.id())
                                ? "it was closed before its first trial"
                                : "no trial is proposed before \"lab run\" works on it");
                shown.add(search);
            }
        }
        return shown;
    }

    /** How a run stands. */
    static Map<String, Object> shown(RunView view) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("run", view.run().id());
        shown.put("state", view.state());
        shown.put("attempts", view.attempts().size());
        shown.put("reason", view.reason());
        if (!view.values().isEmpty()) {
            shown.put("values", view.values());
        }
        if (view.reusedOf() != null) {
            shown.put("reusedOf", view.reusedOf());
        }
        return shown;
    }
}
