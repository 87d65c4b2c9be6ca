package dev.retort.examples.lab;

import dev.retort.experiment.lab.Confirmation;
import dev.retort.experiment.lab.Finding;
import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.lab.Submission;
import dev.retort.experiment.store.EventStore;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** {@code retort lab confirm}: the winner of a search with fresh seeds. */
@Command(
        name = "confirm",
        sortOptions = false,
        description = {
            "Register that the best trial of a search beats another, run both again with seeds that"
                    + " the search did not see, and decide.",
            "The best of many looks better than it is: \"overstated by\" says by how much."
        })
final class ConfirmCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @ParentCommand private LabCommand parent;

    @Parameters(paramLabel = "SEARCH", description = "Its name.")
    private String search;

    @Option(
            names = "--control",
            paramLabel = "TRIAL",
            required = true,
            description = "The trial that it is compared with, such as trial-0; not the best.")
    private String control;

    @Option(
            names = "--smallest-effect",
            paramLabel = "X",
            required = true,
            description = "The smallest difference that matters, in the unit of the metric.")
    private double smallestEffect;

    @Option(
            names = "--alpha",
            paramLabel = "A",
            defaultValue = "0.05",
            description =
                    "The accepted probability of a false confirmation (default:"
                            + " ${DEFAULT-VALUE}).")
    private double alpha;

    @Option(
            names = "--as",
            paramLabel = "NAME",
            description =
                    "The name of the hypothesis (default: SEARCH-winner). What is registered stays"
                            + " as it is: another smallest effect or alpha is another hypothesis.")
    private @Nullable String as;

    @Mixin private Workers workers;

    @Override
    public Integer call() throws IOException {
        return parent.with(this::confirmed);
    }

    private Map<String, Object> confirmed(Lab lab, EventStore events) {
        Named.search(lab, search);
        Confirmation confirmation =
                Confirmation.of(
                        lab,
                        search,
                        control,
                        smallestEffect,
                        alpha,
                        as == null ? search + "-winner" : as);
        lab.submit(new Submission(List.of(confirmation.hypothesis()), confirmation.experiment()));
        Finding finding =
                workers.decide(
                                lab,
                                events,
                                parent.store(),
                                confirmation.experiment().id(),
                                spec.commandLine().getErr())
                        .getFirst();
        double effect = finding.verdict().orElseThrow().effect();
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("winner", confirmation.selection().winner());
        shown.put("control", control);
        shown.putAll(DecideCommand.shown(finding));
        shown.put("gain that the search saw", confirmation.selection().gain());
        shown.put("overstated by", confirmation.selection().inflation(effect));
        return shown;
    }
}
