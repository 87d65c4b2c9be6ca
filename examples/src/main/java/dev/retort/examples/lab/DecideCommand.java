package dev.retort.examples.lab;

import dev.retort.experiment.lab.Finding;
import dev.retort.experiment.verdict.Verdict;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** {@code retort lab decide}: seeds until a hypothesis is decided. */
@Command(
        name = "decide",
        description = {
            "Run an experiment, with further seeds if it takes them, until its hypothesis is"
                    + " decided, and record the verdict. What else is queued stays queued.",
            "Treatment, control and stop rule are those that were registered with the hypothesis;"
                    + " looking after each seed does not add to the error. By the usual one, an exact"
                    + " sequential sign-flip test, it looks from seed 7 on, and at most 14 are run.",
            "Once a run is done that did not report the metric, nothing can be decided: it stops as by"
                    + " Ctrl-C."
        })
final class DecideCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @ParentCommand private LabCommand parent;

    @Parameters(paramLabel = "EXPERIMENT", description = "Its name.")
    private String experiment;

    @Mixin private Workers workers;

    @Override
    public Integer call() throws IOException {
        return parent.with(
                (lab, events) -> {
                    Named.decidable(lab, experiment);
                    return shown(
                            workers.decide(
                                    lab,
                                    events,
                                    parent.store(),
                                    experiment,
                                    spec.commandLine().getErr()));
                });
    }

    private static Object shown(List<Finding> findings) {
        List<Map<String, Object>> all = findings.stream().map(DecideCommand::shown).toList();
        return all.size() == 1 ? all.getFirst() : all;
    }

    /** How a hypothesis was decided. */
    static Map<String, Object> shown(Finding finding) {
        Verdict verdict = finding.verdict().orElseThrow();
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("hypothesis", finding.hypothesis());
        shown.put("outcome", finding.outcome().orElseThrow());
        shown.put("reason", verdict.reason());
        shown.put("seeds", verdict.seeds());
        shown.put("effect", verdict.effect());
        verdict.interval()
                .ifPresent(
                        interval -> {
                            shown.put("low", interval.low());
                            shown.put("high", interval.high());
                            shown.put("confidence", interval.confidence());
                        });
        if (finding.adjusted() != null) {
            shown.put("confirmed from the alpha of the family", finding.adjusted());
        }
        shown.put("analysis", verdict.algorithm());
        return shown;
    }
}
