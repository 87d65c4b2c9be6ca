package dev.retort.bench.portable;

import dev.retort.examples.DevicesCommand;
import dev.retort.examples.DistillCommand;
import dev.retort.examples.RootCommand;
import dev.retort.examples.TopCommand;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ScopeType;

import java.util.Arrays;
import java.util.Objects;

/** The root command of the portable bundle, and of {@code bench} in a clone. */
@Command(
        name = "retort",
        description = "Finds, measures and tests the GPU of this machine, and trains on it.",
        subcommands = {
            DevicesCommand.class,
            TopCommand.class,
            BenchCommand.class,
            SelfTestCommand.class,
            DistillCommand.class,
            CommandLine.HelpCommand.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = RootCommand.Version.class,
        scope = ScopeType.INHERIT)
public final class PortableRetort extends RootCommand {
    private static final String TEXT = "text";

    /**
     * Runs the command line and ends the process with its exit code: 0 for success, 1 for a
     * failure, 2 for wrong usage.
     *
     * @param arguments the arguments
     */
    public static void main(String[] arguments) {
        run(new PortableRetort(), arguments);
    }

    @Override
    public CommandLine asCommandLine() {
        CommandLine command = super.asCommandLine();
        leaveOutTexts(
                Objects.requireNonNull(command.getSubcommands().get("distill")).getCommandSpec());
        return command;
    }

    /** They need libraries, an encoder and mail that the bundle does not have. */
    private static void leaveOutTexts(CommandSpec distill) {
        distill.removeSubcommand(TEXT);
        distill.usageMessage()
                .footer(
                        Arrays.stream(distill.usageMessage().footer())
                                .filter(line -> !line.contains("distill " + TEXT))
                                .toArray(String[]::new));
    }

    @Override
    protected RootCommand another() {
        return new PortableRetort();
    }
}
