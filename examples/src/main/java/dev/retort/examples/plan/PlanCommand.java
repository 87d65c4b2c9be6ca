package dev.retort.examples.plan;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code retort plan}: how large a model, on how much data, and what using it costs. */
@Command(
        name = "plan",
        description = "Plan compute from your own runs: scaling laws, optima, serving, sampling.",
        subcommands = {
            FitCommand.class,
            LossCommand.class,
            OptimumCommand.class,
            InferenceCommand.class,
            ContextCommand.class,
            CrossoverCommand.class,
            TestTimeCommand.class,
            NextCommand.class
        },
        footer = {
            "",
            "Start with:  ./retort plan fit runs.csv",
            "Then:        ./retort plan optimum --runs runs.csv --budget 1e22",
            "Next runs:   ./retort plan next --help"
        })
public final class PlanCommand implements Runnable {
    @Spec private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
