package dev.retort.examples;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;

import dev.retort.distill.StudyCheckpoints;
import dev.retort.distill.recipe.Recipe;
import dev.retort.distill.recipe.RecipeFile;
import dev.retort.distill.train.StopRequest;
import dev.retort.efficiency.report.AtomicFile;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

import java.io.IOException;
import java.lang.reflect.Member;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The options of a command by which a run survives a kill. The folder of checkpoints holds the
 * recipe of the run too, as it was with all options and hashes, and what is no part of a recipe.
 */
final class CheckpointOptions implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();

    /** Not the name of a result's own recipe, which the folder may hold too. */
    private static final String RECIPE_FILE = "command-recipe.json";

    private static final String COMMAND_FILE = "command.json";
    private static final String FINISHED_FILE = "finished.json";
    private static final String CHECKPOINT = "--checkpoint";
    private static final String OUT = "--out";
    private static final String RESUME = "--resume";
    private static final Set<String> OWN = Set.of(CHECKPOINT, RESUME, OUT);

    /** Whose options change no recipe; what all others say is in the recipe of the run. */
    private static final Set<Class<?>> BESIDE_THE_RECIPE =
            Set.of(CheckpointOptions.class, ExportOptions.class, OutputOptions.class);

    private static final int KEPT = 2;

    @Option(
            names = CHECKPOINT,
            paramLabel = "DIR",
            description =
                    "Save the state of each training in this folder, so that the run can be stopped"
                            + " or killed and resumed; made if it is missing. A resumed run repeats"
                            + " what was done since the last checkpoint, and comes to the same.")
    private @Nullable Path checkpoint;

    @Option(
            names = "--checkpoint-every",
            paramLabel = "N",
            converter = IntervalConverter.class,
            description =
                    "Steps from one checkpoint to the next, or a time such as 30s or 5m. Default:"
                            + " once 5 s have passed, and 30 times as long as the last save took,"
                            + " so that in the long run saving takes some 3 %% of the time at most."
                            + " Each training is also saved at its end.")
    private @Nullable Interval every;

    @Option(
            names = RESUME,
            paramLabel = "DIR",
            description =
                    "Go on with the run whose checkpoints are in this folder, with the recipe and the"
                            + " options that it was started with; no others are taken. On a CPU the"
                            + " engine has as many threads as then, and its BLAS must be that of then:"
                            + " both decide the last bits.")
    private @Nullable Path resume;

    /** Whether the command goes on with a run, whose options it was given. */
    private boolean goesOn;

    private @Nullable FolderLock lock;

    /**
     * From one checkpoint to the next.
     *
     * @param steps steps, or 0
     * @param time a time, or zero; with neither steps what saving costs decides
     */
    record Interval(long steps, Duration time) {
        static final Interval BY_COST = new Interval(0, Duration.ZERO);
    }

    /** The folder to resume from, if it was asked for. */
    Optional<Path> resumed() {
        return Optional.ofNullable(resume);
    }

    /** Runs the command again with the options that are stored in the folder. */
    int resume(CommandLine command) throws IOException {
        Path folder = resumed().orElseThrow();
        for (OptionSpec option : command.getParseResult().matchedOptions()) {
            if (!option.longestName().equals(RESUME) && !option.inherited()) {
                throw new ParameterException(
                        command,
                        "expected %s without other options, which come from %s, found %s too"
                                .formatted(RESUME, folder, option.longestName()));
            }
        }
        requireRun(command, folder);
        String[] stored = read(folder.resolve(COMMAND_FILE), String[].class);
        Path finished = folder.resolve(FINISHED_FILE);
        if (Files.exists(finished)) {
            String report = read(finished, String.class);
            command.getOut()
                    .printf("The run of %s is finished; its report is %s%n", folder, report)
                    .flush();
            return CommandLine.ExitCode.OK;
        }
        List<String> arguments = new ArrayList<>();
        arguments.add(command.getCommandName());
        arguments.addAll(List.of(stored));
        arguments.add(RecipeOptions.RECIPE + "=" + folder.resolve(RECIPE_FILE));
        arguments.add(CHECKPOINT + "=" + folder);
        CommandLine again =
                RootCommand.above(command)
                        .another()
                        .asCommandLine()
                        .setOut(command.getOut())
                        .setErr(command.getErr());
        DistillCommand distill =
                requireNonNull(again.getSubcommands().get(command.getCommandName())).getCommand();
        distill.goOn();
        return again.execute(arguments.toArray(String[]::new));
    }

    /** Refuses what is no folder of a run, or of one that was killed before it wrote anything. */
    private static void requireRun(CommandLine command, Path folder) {
        String expected = "expected the folder of a run that was started with --checkpoint, found ";
        if (!Files.isDirectory(folder)) {
            throw new ParameterException(command, expected + "no folder " + folder);
        }
        if (!Files.isRegularFile(folder.resolve(COMMAND_FILE))) {
            throw new ParameterException(
                    command,
                    "%sno %s in %s: a run that ended before its first training has saved nothing; start it again with its own options, and %s in place of %s"
                            .formatted(expected, COMMAND_FILE, folder, CHECKPOINT, RESUME));
        }
        if (!Files.isRegularFile(folder.resolve(RECIPE_FILE))) {
            throw new ParameterException(
                    command, "%sno %s in %s".formatted(expected, RECIPE_FILE, folder));
        }
    }

    /**
     * Reads what this class wrote.
     *
     * @throws IOException if it is damaged or cannot be read
     */
    private static <T> T read(Path file, Class<T> type) throws IOException {
        T found;
        try {
            found = JSON.readValue(file.toFile(), type);
        } catch (JsonProcessingException e) {
            throw new IOException(damaged(file), e);
        }
        if (found == null || (found instanceof Object[] all && Arrays.asList(all).contains(null))) {
            throw new IOException(damaged(file));
        }
        return found;
    }

    private static String damaged(Path file) {
        return "expected what a run with --checkpoint wrote in %s, found a file that was cut short or changed"
                .formatted(file);
    }

    /** Takes the folder of {@code --checkpoint} for that of a run to go on with. */
    void goOn() {
        goesOn = true;
    }

    /** Whether the command goes on with a run. */
    boolean goesOn() {
        return goesOn;
    }

    /**
     * Refuses what is no folder or has another run's checkpoints, before anything is done.
     *
     * @throws IllegalArgumentException if it is so
     */
    void check() {
        if (checkpoint == null) {
            if (every != null) {
                throw new IllegalArgumentException(
                        "expected --checkpoint with --checkpoint-every, found none");
            }
            return;
        }
        Places.requireFolder(CHECKPOINT, checkpoint);
        refuseAnotherRun(checkpoint);
    }

    private void refuseAnotherRun(Path folder) {
        if (!goesOn && Files.exists(folder.resolve(COMMAND_FILE))) {
            throw new IllegalArgumentException(
                    "%s holds the checkpoints of a run already; go on with it by %s %s, or name another folder"
                            .formatted(folder, RESUME, folder));
        }
    }

    /**
     * Makes the folder, and keeps other runs out of it until this is closed.
     *
     * @throws IllegalArgumentException if it cannot be made, or another run uses it
     * @throws IOException if it cannot be locked
     */
    void claimFolder() throws IOException {
        if (checkpoint != null) {
            Places.make(CHECKPOINT, checkpoint);
            lock = FolderLock.of(CHECKPOINT, checkpoint);
            refuseAnotherRun(checkpoint);
        }
    }

    /**
     * The run is over with all that it was to write.
     *
     * @param report its page
     * @throws IOException if that cannot be noted in the folder
     */
    void finished(Path report) throws IOException {
        if (checkpoint != null) {
            AtomicFile.write(
                    checkpoint.resolve(FINISHED_FILE),
                    JSON.writeValueAsBytes(report.toAbsolutePath().toString()));
        }
    }

    @Override
    public void close() throws IOException {
        if (lock != null) {
            lock.close();
        }
    }

    /**
     * The checkpoints that the options ask for; stores what the run is in their folder, which was
     * made.
     *
     * @param out the output folder, which a resumed run writes to as well
     * @param recipe what it does, whatever becomes of the file that it was read from
     * @param stop stops the run
     */
    Optional<StudyCheckpoints> open(CommandLine command, Path out, Recipe recipe, StopRequest stop)
            throws IOException {
        if (checkpoint == null) {
            return Optional.empty();
        }
        if (!goesOn) {
            Recipe pinned = recipe.change().engine(EngineOptions.pinned(recipe.engine())).build();
            RecipeFile.write(pinned, checkpoint.resolve(RECIPE_FILE));
            AtomicFile.write(
                    checkpoint.resolve(COMMAND_FILE),
                    JSON.writerWithDefaultPrettyPrinter()
                            .writeValueAsBytes(arguments(command, out)));
        }
        Interval interval = every == null ? Interval.BY_COST : every;
        return Optional.of(
                new StudyCheckpoints(checkpoint, interval.steps(), interval.time(), KEPT, stop));
    }

    /** How to go on, for a person; empty without checkpoints. */
    Optional<String> advice() {
        return Optional.ofNullable(checkpoint)
                .map(folder -> "./retort distill %s %s".formatted(RESUME, folder));
    }

    /**
     * The options that were given and are no part of the recipe, and {@code --out} as an absolute
     * path, since a run may go on from elsewhere.
     */
    private static List<String> arguments(CommandLine command, Path out) {
        List<String> arguments = new ArrayList<>();
        for (OptionSpec option : command.getParseResult().matchedOptions()) {
            if (OWN.contains(option.longestName())
                    || !(option.userObject() instanceof Member member)
                    || !BESIDE_THE_RECIPE.contains(member.getDeclaringClass())) {
                continue;
            }
            for (String value : option.originalStringValues()) {
                arguments.add(option.longestName() + "=" + value);
            }
        }
        arguments.add(OUT + "=" + out.toAbsolutePath());
        return arguments;
    }

    /** Reads 200, 30s, 5m or 1h. */
    static final class IntervalConverter implements CommandLine.ITypeConverter<Interval> {
        private static final Pattern TEXT = Pattern.compile("([1-9]\\d{0,8})([smh]?)");

        @Override
        public Interval convert(String value) {
            Matcher matcher = TEXT.matcher(value);
            if (!matcher.matches()) {
                throw new CommandLine.TypeConversionException(
                        "expected a number of steps, or of seconds, minutes or hours such as 30s,"
                                + " 5m or 1h, found "
                                + value);
            }
            long number = Long.parseLong(matcher.group(1));
            return switch (matcher.group(2)) {
                case "s" -> new Interval(0, Duration.ofSeconds(number));
                case "m" -> new Interval(0, Duration.ofMinutes(number));
                case "h" -> new Interval(0, Duration.ofHours(number));
                default -> new Interval(number, Duration.ZERO);
            };
        }
    }
}
