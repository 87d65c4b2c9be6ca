package dev.retort.examples;

import dev.retort.distill.data.DataException;
import dev.retort.distill.export.ExportException;
import dev.retort.distill.teacher.TeacherException;
import dev.retort.distill.train.TrainingDivergedException;
import dev.retort.efficiency.RunOptions;
import dev.retort.planning.PlanningException;
import dev.retort.torch.NoLibtorchException;

import picocli.CommandLine;
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

/**
 * What the command line of a clone and that of the portable bundle have in common: how a command
 * runs, and the sentence that it leaves when it fails.
 */
public abstract class RootCommand implements Runnable {
    static final String VERBOSE = "--verbose";

    private static final int FAILED = 1;

    private static final Pattern NO_PAIR =
            Pattern.compile(".* should be in KEY=VALUE.* format but was (.*)", Pattern.DOTALL);

    @Spec private CommandSpec spec;

    @Option(
            names = VERBOSE,
            scope = ScopeType.INHERIT,
            description = "Show what the engine logs, and a stack trace with an error.")
    private boolean verbose;

    /**
     * Runs a command line and ends the process with its exit code: 0 for success, also where nobody
     * reads its output to the end, 1 for a failure, 2 for wrong usage.
     *
     * @param root the root
     * @param arguments the arguments
     */
    protected static void run(RootCommand root, String[] arguments) {
        StandardOutput output = StandardOutput.ofProcess();
        System.setOut(output.printer(System.out.charset()));
        int exitCode;
        try {
            exitCode = root.asCommandLine().execute(arguments);
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

    /** Another root of the same class, as no command line has run with it. */
    protected abstract RootCommand another();

    /** The root above a command. */
    static RootCommand above(CommandLine command) {
        CommandLine at = command;
        while (at.getParent() != null) {
            at = at.getParent();
        }
        return at.getCommand();
    }

    /** Whether all there is to say was asked for. */
    boolean isVerbose() {
        return verbose;
    }

    /**
     * The command line of which this is the root.
     *
     * @return a new one
     */
    public CommandLine asCommandLine() {
        CommandLine command =
                new CommandLine(this)
                        .setExecutionStrategy(this::execute)
                        .setParameterExceptionHandler(RootCommand::usageError)
                        .setExecutionExceptionHandler(this::failure);
        Words.readBy(command);
        PlainNumbers.readBy(command);
        return command;
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
                || error instanceof NoLibtorchException
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
    public static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = RootCommand.class.getPackage().getImplementationVersion();
            return new String[] {"retort " + (version == null ? "development" : version)};
        }
    }
}
