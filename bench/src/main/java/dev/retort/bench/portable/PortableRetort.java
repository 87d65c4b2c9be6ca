package dev.retort.bench.portable;

import dev.retort.bench.kernels.BenchCommand;
import dev.retort.examples.DevicesCommand;
import dev.retort.examples.TopCommand;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The root command. */
@Command(
        name = "retort",
        description = "Finds, measures and tests the GPU of this machine.",
        subcommands = {
            DevicesCommand.class,
            TopCommand.class,
            BenchCommand.class,
            SelfTestCommand.class,
            CommandLine.HelpCommand.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = PortableRetort.Version.class,
        scope = ScopeType.INHERIT)
public final class PortableRetort implements Runnable {
    private static final int FAILED = 1;

    @Spec private CommandSpec spec;

    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "Show a stack trace with an error.")
    private boolean verbose;

    /**
     * Runs the command line and ends the process with its exit code: 0 for success, 1 for a
     * failure, 2 for wrong usage.
     *
     * @param arguments the arguments
     */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        PortableRetort root = new PortableRetort();
        return new CommandLine(root)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(root::failure);
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    private int failure(Exception error, CommandLine command, ParseResult parsed) {
        command.getErr().println("retort: " + error);
        if (verbose) {
            error.printStackTrace(command.getErr());
        }
        return FAILED;
    }

    /** The version in the manifest of the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = PortableRetort.class.getPackage().getImplementationVersion();
            return new String[] {"retort " + (version == null ? "development" : version)};
        }
    }
}
