package dev.retort.examples;

import dev.retort.examples.lab.LabCommand;
import dev.retort.examples.lab.RunsCommand;
import dev.retort.examples.plan.PlanCommand;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

/** The {@code retort} command line. */
@Command(
        name = "retort",
        description = "Train more on the hardware you have, and prove it with numbers.",
        subcommands = {
            DistillCommand.class,
            DevicesCommand.class,
            LabCommand.class,
            RunsCommand.class,
            TopCommand.class,
            PlanCommand.class,
            CommandLine.HelpCommand.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = RootCommand.Version.class,
        scope = ScopeType.INHERIT)
public final class Retort extends RootCommand {
    /** Of the root alone, since what a command is annotated with goes to those below it here. */
    private static final String[] FOOTER = {
        "",
        "Start with:  ./retort distill",
        "Then:        ./retort distill --labels 100",
        "Meanwhile:   ./retort top",
        "Experiments: ./retort lab --help",
        "On a GPU:    ./retort bench, ./retort selftest (built when first run)"
    };

    /**
     * Runs the command line and ends the process with its exit code: 0 for success, also where
     * nobody reads its output to the end, 1 for a failure, 2 for wrong usage.
     *
     * @param arguments the arguments
     */
    public static void main(String[] arguments) {
        run(new Retort(), arguments);
    }

    static CommandLine commandLine() {
        return new Retort().asCommandLine();
    }

    @Override
    public CommandLine asCommandLine() {
        CommandLine command = super.asCommandLine();
        command.getCommandSpec().usageMessage().footer(FOOTER);
        return command;
    }

    @Override
    protected RootCommand another() {
        return new Retort();
    }
}
