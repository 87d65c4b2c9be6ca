package dev.retort.examples;

import dev.retort.distill.data.DataException;
import dev.retort.distill.export.ExportException;
import dev.retort.distill.teacher.TeacherException;
import dev.retort.distill.train.TrainingDivergedException;
import dev.retort.distill.train.TrainingStoppedException;
import dev.retort.efficiency.RunOptions;
import dev.retort.examples.lab.LabCommand;
import dev.retort.examples.lab.RunsCommand;
import dev.retort.examples.plan.PlanCommand;
import dev.retort.planning.PlanningException;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
        versionProvider = Retort.Version.class,
        scope = ScopeType.INHERIT)
public final class Retort implements Runnable {
    static final String VERBOSE = "--verbose";

    private static final int FAILED = 1;

    private static final Pattern NO_PAIR =
            Pattern.compile(".* should be in KEY=VALUE.* format but was (.*)", Pattern.DOTALL);

    /** Of the root alone, since what a command is annotated with goes to those below it here. */
    private static final String[] FOOTER = {
        "",
        "Start with:  ./retort distill",
        "Then:        ./retort distill --labels 100",
        "Meanwhile:   ./retort top",
        "Experiments: ./retort lab --help",
        "On a GPU:    ./retort bench kernels, ./retort selftest (built when first run)"
    };

    @Spec private CommandSpec spec;

    @Option(
            names = VERBOSE,
            scope = ScopeType.INHERIT,
            description = "Show what the engine logs, and a stack trace with an error.")
    private boolean verbose;

    /**
     * Runs the command line and ends the process with its exit code: 0 for success, also where
     * nobody reads its output to the end, 1 for a failure, 2 for wrong usage.
     *
     * @param arguments the arguments
     */
    public static void main(String[] arguments) {
        StandardOutput output = StandardOutput.ofProcess();
        System.setOut(output.printer(System.out.charset()));
        int exitCode;
        try {
            exitCode = commandLine().execute(arguments);
            System.out.flush();
            if (exitCode == 0 && output.hasLost()) {
                System.err.println("retort: standard output cannot be written");
                exitCode = FAILED;
            }
        } catch (OutOfMemoryError | LinkageError e) {
            System.err.println("retort: " + e);
            exitCode = FAILED;
        }
        System.exit(exitCode);
    }

    static CommandLine commandLine() {
        Retort root = new Retort();
        CommandLine command =
                new CommandLine(root)
                        .setExecutionStrategy(root::execute)
                        .setParameterExceptionHandler(Retort::usageError)
                        .setExecutionExceptionHandler(root::failure);
        command.getCommandSpec().usageMessage().footer(FOOTER);
        Words.readBy(command);
        PlainNumbers.readBy(command);
        return command;
    }

    /** Whether the command line that a command is of asks for all there is to say. */
    static boolean isVerbose(CommandLine command) {
        Object root = command.getCommandSpec().root().userObject();
        return root instanceof Retort retort && retort.verbose;
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    private int execute(ParseResult parsed) {
        // DJL reports the use of its library to its makers on some machines unless it is told not
        // to, and reads both properties when its classes load.
        System.setProperty("OPT_OUT_TRACKING", "true");
        // Those who started a command may look at what it does.
        if (System.getProperty(RunOptions.PUBLISH) == null) {
            System.setProperty(RunOptions.PUBLISH, "true");
        }
        if (verbose) {
            System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "debug");
        }
        return new CommandLine.RunLast().execute(parsed);
    }

    private static int usageError(ParameterException error, String[] arguments) {
        CommandLine command = error.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("retort: " + sentence(error));
        CommandLine.UnmatchedArgumentException.printSuggestions(error, err);
        err.println("Try: ./" + command.getCommandSpec().qualifiedName() + " --help");
        return CommandLine.ExitCode.USAGE;
    }

    /** Of a pair without its "=", picocli repeats how it writes maps itself. */
    private static String sentence(ParameterException error) {
        String message = String.valueOf(error.getMessage());
        Matcher pair = NO_PAIR.matcher(message);
        return error.getArgSpec() instanceof OptionSpec option && pair.matches()
                ? "Invalid value for option '%s': expected %s, found %s"
                        .formatted(option.longestName(), option.paramLabel(), pair.group(1))
                : message;
    }

    private int failure(Exception error, CommandLine command, ParseResult parsed) {
        if (error instanceof StoppedBySignalException) {
            return FAILED;
        }
        PrintWriter err = command.getErr();
        err.println("retort: " + sentence(error));
        if (verbose) {
            error.printStackTrace(err);
        } else if (!isExpected(error)) {
            err.println("Run again with --verbose for the stack trace.");
        }
        return FAILED;
    }

    private static boolean isExpected(Exception error) {
        return error instanceof DataException
                || error instanceof TeacherException
                || error instanceof ExportException
                || error instanceof TrainingDivergedException
                || error instanceof TrainingStoppedException
                || error instanceof PlanningException
                || error instanceof UncheckedIOException
                || error instanceof IOException;
    }

    private static String sentence(Exception error) {
        return switch (error) {
            case UncheckedIOException unchecked ->
                    sentence(Objects.requireNonNull(unchecked.getCause()));
            case NoSuchFileException missing -> "there is no file or folder " + missing.getFile();
            case AccessDeniedException denied -> "no permission for " + denied.getFile();
            case FileSystemException file ->
                    file.getFile() + ": " + (file.getReason() == null ? file : file.getReason());
            default ->
                    isExpected(error) && error.getMessage() != null
                            ? error.getMessage()
                            : error.toString();
        };
    }

    /** The version in the manifest of the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Retort.class.getPackage().getImplementationVersion();
            return new String[] {"retort " + (version == null ? "development" : version)};
        }
    }
}
