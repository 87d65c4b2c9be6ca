package dev.retort.examples.lab;

import dev.retort.examples.TextTable;
import dev.retort.experiment.lab.ArmSummary;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/** {@code retort lab compare}: the arms of an experiment side by side. */
@Command(
        name = "compare",
        description = {
            "Show the arms of an experiment, or the trials of a search, side by side: how many of"
                    + " their runs are in which state, what they found, and the parameters in which"
                    + " they differ.",
            "Means of few seeds prove nothing: \"lab decide\" does."
        })
final class CompareCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @ParentCommand private LabCommand parent;

    @Parameters(paramLabel = "EXPERIMENT", description = "Its name.")
    private String experiment;

    @Option(names = "--json", description = "Print JSON instead of a table.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        List<ArmSummary> arms =
                parent.open(
                        (lab, _) -> {
                            Named.experiment(lab, experiment);
                            return ArmSummary.of(lab, experiment);
                        });
        if (json) {
            parent.print(arms);
            return 0;
        }
        PrintWriter out = spec.commandLine().getOut();
        TextTable table = new TextTable(HEADS);
        rows(arms).forEach(table::row);
        table.print(out);
        out.flush();
        return 0;
    }

    static final List<String> HEADS =
            List.of(
                    "arm",
                    "runs",
                    "metric",
                    "n",
                    "mean",
                    "deviation",
                    "least",
                    "largest",
                    "parameters");

    /** A row for each metric of each arm. */
    static List<List<String>> rows(List<ArmSummary> arms) {
        Set<String> differing = differing(arms);
        return arms.stream().flatMap(arm -> rows(arm, differing).stream()).toList();
    }

    /** The parameters that are not the same in all arms; of a single arm, all. */
    private static Set<String> differing(List<ArmSummary> arms) {
        Set<String> names = new TreeSet<>();
        arms.forEach(arm -> names.addAll(arm.parameters().keySet()));
        if (arms.size() > 1) {
            names.removeIf(
                    name ->
                            arms.stream()
                                            .map(
                                                    arm ->
                                                            Optional.ofNullable(
                                                                    arm.parameters().get(name)))
                                            .distinct()
                                            .count()
                                    == 1);
        }
        return names;
    }

    private static List<List<String>> rows(ArmSummary arm, Set<String> differing) {
        String states =
                arm.states().entrySet().stream()
                        .map(state -> state.getValue() + " " + Texts.words(state.getKey()))
                        .collect(Collectors.joining(", "));
        String given =
                arm.parameters().entrySet().stream()
                        .filter(each -> differing.contains(each.getKey()))
                        .map(each -> each.getKey() + "=" + Texts.value(each.getValue()))
                        .collect(Collectors.joining(" "));
        if (arm.values().isEmpty()) {
            return List.of(List.of(arm.arm(), states, "—", "0", "—", "—", "—", "—", given));
        }
        return arm.values().entrySet().stream()
                .map(entry -> row(arm.arm(), states, entry, given))
                .toList();
    }

    private static List<String> row(
            String arm, String states, Map.Entry<String, ArmSummary.Values> entry, String given) {
        ArmSummary.Values values = entry.getValue();
        return List.of(
                arm,
                states,
                entry.getKey(),
                Integer.toString(values.count()),
                Texts.number(values.mean()),
                values.count() < 2 ? "—" : Texts.number(values.deviation()),
                Texts.number(values.least()),
                Texts.number(values.largest()),
                given);
    }
}
