package dev.retort.examples.lab;

import dev.retort.examples.TextTable;
import dev.retort.experiment.RunState;
import dev.retort.experiment.lab.ArmSummary;
import dev.retort.experiment.state.RefusedException;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/** {@code retort lab compare}: the arms of an experiment side by side. */
@Command(
        name = "compare",
        description = {
            "Show the arms of an experiment side by side: how many of their runs are in which"
                    + " state, and what they found.",
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
                            if (lab.experiment(experiment).isEmpty()) {
                                throw new RefusedException(
                                        "experiment " + experiment + " does not exist");
                            }
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
            List.of("arm", "runs", "metric", "n", "mean", "deviation", "least", "largest");

    /** A row for each metric of each arm. */
    static List<List<String>> rows(List<ArmSummary> arms) {
        return arms.stream().flatMap(arm -> rows(arm).stream()).toList();
    }

    private static List<List<String>> rows(ArmSummary arm) {
        String states =
                arm.states().entrySet().stream()
                        .map(state -> state.getValue() + " " + name(state.getKey()))
                        .collect(Collectors.joining(", "));
        if (arm.values().isEmpty()) {
            return List.of(List.of(arm.arm(), states, "—", "0", "—", "—", "—", "—"));
        }
        return arm.values().entrySet().stream().map(entry -> row(arm, states, entry)).toList();
    }

    private static List<String> row(
            ArmSummary arm, String states, Map.Entry<String, ArmSummary.Values> entry) {
        ArmSummary.Values values = entry.getValue();
        return List.of(
                arm.arm(),
                states,
                entry.getKey(),
                Integer.toString(values.count()),
                number(values.mean()),
                values.count() < 2 ? "—" : number(values.deviation()),
                number(values.least()),
                number(values.largest()));
    }

    private static String name(RunState state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.5g", value);
    }
}
