package dev.retort.examples;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toSet;

import dev.retort.distill.StudyCheckpoints;
import dev.retort.distill.StudyProgress;
import dev.retort.distill.checkpoint.OtherTrainingException;
import dev.retort.distill.recipe.Recipe;
import dev.retort.distill.recipe.StudySettings;
import dev.retort.distill.train.StopRequest;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

import java.io.IOException;
import java.lang.reflect.Member;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The options of a command by which a run survives a kill. The folder of checkpoints {@linkplain
 * RunFolder says} what the run is, too.
 */
final class CheckpointOptions implements AutoCloseable {
    private static final String CHECKPOINT = "--checkpoint";
    private static final String EVERY = "--checkpoint-every";
    private static final String OUT = "--out";
    private static final String RESUME = "--resume";
    private static final Set<String> OWN = Set.of(CHECKPOINT, RESUME, OUT);

    /** What is shown, and when is saved. */
    private static final List<String> CHANGE_NO_RESULT = List.of(OutputOptions.PROGRESS, EVERY);

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
            names = EVERY,
            paramLabel = "N",
            converter = CheckpointInterval.Converter.class,
            description =
                    "Steps from one checkpoint to the next, or a time such as 30s or 5m. Default:"
                            + " once 5 s have passed, and 30 times as long as the last save took,"
                            + " so that in the long run saving takes some 3 %% of the time at most."
                            + " Each training is also saved at its end.")
    private @Nullable CheckpointInterval every;

    @Option(
            names = RESUME,
            paramLabel = "DIR",
            description =
                    "Go on with the run whose checkpoints are in this folder, with the recipe and the"
                            + " options that it was started with; of others --progress and"
                            + " --checkpoint-every alone are taken. On a CPU the"
                            + " engine has as many threads as then, and its BLAS must be that of then:"
                            + " both decide the last bits.")
    private @Nullable Path resume;

    /** Whether the command goes on with a run, whose options it was given. */
    private boolean goesOn;

    private @Nullable FolderLock lock;

    /** Whether the folder was made for this run. */
    private boolean isNew;

    /** Whether the recipe in the folder is of this run alone. */
    private boolean isRecipeNew;

    /** The folder to resume from, if it was asked for. */
    Optional<Path> resumed() {
        return Optional.ofNullable(resume);
    }

    /** Runs the command again with the options that are stored in the folder. */
    int resume(CommandLine command) throws IOException {
        Path folder = resumed().orElseThrow();
        List<String> given = givenWithResume(command, folder);
        String expected = "expected the folder of a run that was started with --checkpoint, found ";
        if (!Files.isDirectory(folder)) {
            throw new ParameterException(command, expected + "no folder " + folder);
        }
        RunFolder run = new RunFolder(folder);
        Optional<String> report = run.report();
        if (report.isPresent()) {
            command.getOut()
                    .printf("The run of %s is finished; its report is %s%n", folder, report.get())
                    .flush();
            return CommandLine.ExitCode.OK;
        }
        Optional<String> missing = run.missing();
        if (missing.isPresent()) {
            throw new ParameterException(command, expected + missing.get());
        }
        RootCommand root = RootCommand.above(command);
        List<String> arguments = new ArrayList<>(List.of(command.getCommandName()));
        if (root.isVerbose()) {
            arguments.add(RootCommand.VERBOSE);
        }
        Set<String> names = given.stream().map(CheckpointOptions::name).collect(toSet());
        run.arguments().stream().filter(old -> !names.contains(name(old))).forEach(arguments::add);
        arguments.addAll(given);
        arguments.add(RecipeOptions.RECIPE + "=" + run.recipe());
        arguments.add(CHECKPOINT + "=" + folder);
        CommandLine again =
                root.another().asCommandLine().setOut(command.getOut()).setErr(command.getErr());
        DistillCommand distill =
                requireNonNull(again.getSubcommands().get(command.getCommandName())).getCommand();
        distill.goOn();
        return again.execute(arguments.toArray(String[]::new));
    }

    /** The options beside {@code --resume}, which change nothing of what the run comes to. */
    private static List<String> givenWithResume(CommandLine command, Path folder) {
        List<String> given = new ArrayList<>();
        for (OptionSpec option : command.getParseResult().matchedOptions()) {
            String name = option.longestName();
            if (CHANGE_NO_RESULT.contains(name)) {
                given.addAll(written(option));
            } else if (!name.equals(RESUME) && !option.inherited()) {
                throw new ParameterException(
                        command,
                        "expected %s with no other options than %s, since the rest comes from %s, found %s too"
                                .formatted(
                                        RESUME,
                                        String.join(" and ", CHANGE_NO_RESULT),
                                        folder,
                                        name));
            }
        }
        return given;
    }

    /** An option as it may be given again, once for each of its values. */
    private static List<String> written(OptionSpec option) {
        return option.originalStringValues().stream()
                .map(value -> option.longestName() + "=" + value)
                .toList();
    }

    private static String name(String written) {
        return written.split("=", 2)[0];
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
     * Refuses what is no folder or has another run's checkpoints, before anything is done. The
     * folder of a run that goes on is kept from others at once.
     *
     * @throws IllegalArgumentException if it is so
     * @throws IOException if the folder cannot be read or locked
     */
    void check() throws IOException {
        if (checkpoint == null) {
            if (every != null) {
                throw new IllegalArgumentException(
                        "expected %s with %s, found none".formatted(CHECKPOINT, EVERY));
            }
            return;
        }
        Places.requireFolder(CHECKPOINT, checkpoint);
        if (goesOn) {
            claimFolder();
        } else {
            refuseAnotherRun(checkpoint);
        }
    }

    private static void refuseAnotherRun(Path folder) throws IOException {
        RunFolder run = new RunFolder(folder);
        if (run.holdsRun()) {
            throw new IllegalArgumentException(
                    "%s holds the checkpoints of a run already; go on with it by %s %s, or name another folder"
                            .formatted(folder, RESUME, folder));
        }
        if (run.holdsReport()) {
            throw new IllegalArgumentException(
                    "%s holds a report; name another folder with %s".formatted(folder, CHECKPOINT));
        }
    }

    /**
     * Makes the folder, and keeps other runs out of it until this is closed; done once.
     *
     * @throws IllegalArgumentException if it cannot be made, or another run uses it
     * @throws IOException if it cannot be locked
     */
    void claimFolder() throws IOException {
        if (checkpoint == null || lock != null) {
            return;
        }
        isNew = Files.notExists(checkpoint);
        Places.make(CHECKPOINT, checkpoint);
        lock = FolderLock.of(CHECKPOINT, checkpoint);
        if (!goesOn) {
            refuseAnotherRun(checkpoint);
        }
    }

    /**
     * Refuses another run than the one whose recipe is in the folder, before anything is stored.
     *
     * @param recipe what the run is to do
     * @throws IllegalArgumentException if it is another one
     * @throws IOException if the folder cannot be read
     */
    void requireSameRun(Recipe recipe) throws IOException {
        if (checkpoint != null && !goesOn) {
            new RunFolder(checkpoint).requireRecipe(withThreads(recipe));
        }
    }

    private static Recipe withThreads(Recipe recipe) {
        return recipe.change().engine(EngineOptions.pinned(recipe.engine())).build();
    }

    /**
     * Refuses an output folder with results of another run than the one that goes on.
     *
     * @param out the folder
     * @throws IllegalArgumentException if it is so
     * @throws IOException if it cannot be read
     */
    void requireOwn(Path out) throws IOException {
        if (checkpoint != null && goesOn) {
            OutputFolder.requireOwn(out, new RunFolder(checkpoint).id());
        }
    }

    /** A run that ended before its first training leaves no folder that looks like one. */
    void removeIfNewAndEmpty() {
        if (!isNew || lock == null) {
            return;
        }
        try {
            lock.deleteFolderIfEmpty();
        } catch (IOException _) {
            // It costs nobody anything.
        }
    }

    /**
     * How far the run is whose checkpoints are in the folder.
     *
     * @throws IOException if they cannot be read, or all of a training are damaged
     */
    StudyProgress progress(StudySettings study) throws IOException {
        return checkpoint == null
                ? StudyProgress.none(study.seeds())
                : StudyProgress.of(checkpoint, study.firstSeed(), study.seeds());
    }

    /**
     * The run is over with all that it was to write.
     *
     * @param report its page
     * @throws IOException if that cannot be noted in the folder
     */
    void finished(Path report) throws IOException {
        if (checkpoint != null) {
            new RunFolder(checkpoint).finish(report);
        }
    }

    @Override
    public void close() throws IOException {
        removeIfNewAndEmpty();
        if (lock != null) {
            lock.close();
        }
    }

    /**
     * The checkpoints that the options ask for; stores what the run is in their folder, which was
     * made.
     *
     * @param out the output folder, which is the run's own from now on
     * @param recipe what it does, whatever becomes of the file that it was read from
     * @param stop stops the run
     */
    Optional<StudyCheckpoints> open(
            CommandLine command, OutputFolder out, Recipe recipe, StopRequest stop)
            throws IOException {
        if (checkpoint == null) {
            return Optional.empty();
        }
        RunFolder run = new RunFolder(checkpoint);
        if (!goesOn) {
            isRecipeNew = run.write(withThreads(recipe), arguments(command, out.path()));
        }
        out.own(run.id());
        CheckpointInterval interval = every == null ? CheckpointInterval.BY_COST : every;
        return Optional.of(
                new StudyCheckpoints(checkpoint, interval.steps(), interval.time(), KEPT, stop));
    }

    /**
     * What to say where a checkpoint in the folder is of another training. A run that was started
     * again with other options takes back what it stored of itself, so that it can be started again
     * with the right ones.
     *
     * @throws IOException if that cannot be taken back
     */
    IOException refused(OtherTrainingException other) throws IOException {
        if (checkpoint == null) {
            return other;
        }
        RunFolder run = new RunFolder(checkpoint);
        if (goesOn) {
            // Such as one that was killed before it could find this out.
            return new IOException(
                    "%s; if the run that goes on was started by mistake, delete %s, and start again with the options that the trainings had, %s and a new folder for %s"
                            .formatted(other.getMessage(), run.files(), CHECKPOINT, OUT),
                    other);
        }
        run.forget(isRecipeNew);
        return new IOException(
                "%s; start the run again with the options that it had then, or name another folder with %s"
                        .formatted(other.getMessage(), CHECKPOINT),
                other);
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
            arguments.addAll(written(option));
        }
        arguments.add(OUT + "=" + out.toAbsolutePath());
        return arguments;
    }
}
