package dev.retort.bench.portable;

import dev.retort.bench.kernels.KernelsCommand;
import dev.retort.bench.training.TrainingCommand;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code retort bench}. */
@Command(
        name = "bench",
        description = "Measures this machine.",
        subcommands = {KernelsCommand.class, TrainingCommand.class})
public final class BenchCommand implements Runnable {
    @Spec private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
