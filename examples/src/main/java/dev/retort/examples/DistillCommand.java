package dev.retort.examples;

import static java.util.Objects.requireNonNull;

import dev.retort.distill.DistillationTask;
import dev.retort.distill.Role;
import dev.retort.distill.Study;
import dev.retort.distill.StudyProgress;
import dev.retort.distill.StudyResult;
import dev.retort.distill.cache.CacheFolder;
import dev.retort.distill.checkpoint.OtherTrainingException;
import dev.retort.distill.data.DataSplit;
import dev.retort.distill.preflight.Preflight;
import dev.retort.distill.recipe.CacheSettings;
import dev.retort.distill.recipe.Recipe;
import dev.retort.distill.recipe.StudySettings;
import dev.retort.distill.recipe.TeacherSettings;
import dev.retort.distill.train.StopRequest;
import dev.retort.distill.train.TrainingStoppedException;
import dev.retort.examples.text.TextCommand;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code retort distill}: teacher, student alone, distilled student, comparison, report. */
@Command(
        name = "distill",
        sortOptions = false,
        subcommands = {DesignCommand.class, TextCommand.class},
        description = {
            "Trains a teacher, distils a student from it, trains the same student without the"
                    + " teacher, and reports accuracy and cost of each over paired seeds."
        },
        footer = {
            "",
            "Examples:",
            "  ./retort distill                      digits, all labels, 10 seeds: some 25 s",
            "  ./retort distill --labels 100         the students see 100 labels",
            "  ./retort distill --loss dkd --loss-option beta=2",
            "                                        another loss, a setting changed",
            "  ./retort distill --feature-loss fitnet --student-tap 03ReLU",
            "                                        a layer learns from the teacher's",
            "  ./retort distill --recipe fashion-mnist",
            "                                        images, 5 seeds: an hour and more",
            "  ./retort distill --recipe runs/first/recipe.json",
            "                                        a run once more",
            "  ./retort distill text --help          texts: all-MiniLM-L6-v2 on mail",
            "  ./retort distill --checkpoint runs/long",
            "                                        can be killed at any time",
            "  ./retort distill --resume runs/long   goes on with it"
        })
public final class DistillCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Mixin private final RecipeOptions recipes = new RecipeOptions();
    @Mixin private final TeacherOptions teacher = new TeacherOptions();
    @Mixin private final StudyOptions study = new StudyOptions();
    @Mixin private final LossOptions loss = new LossOptions();
    @Mixin private final FeatureOptions features = new FeatureOptions();

    @Option(
            names = "--taps",
            description =
                    "List the layers of both networks with their shapes, and do nothing else.")
    private boolean taps;

    @Option(
            names = "--preflight",
            description =
                    "Check data and networks, try both on a batch, estimate memory, and time on this"
                            + " machine as busy as it is now, and do nothing else. A run begins with"
                            + " the same.")
    private boolean preflight;

    @Mixin private final TrainingOptions training = new TrainingOptions();
    @Mixin private final EngineOptions engine = new EngineOptions();
    @Mixin private final CacheOptions caching = new CacheOptions();
    @Mixin private final CheckpointOptions saving = new CheckpointOptions();
    @Mixin private final ExportOptions export = new ExportOptions();
    @Mixin private final OutputOptions output = new OutputOptions();

    /** Once it is made. */
    private @Nullable OutputFolder made;

    /** Adds to the help what the losses say of themselves, and what recipes must say. */
    @Spec
    void explain(CommandSpec spec) {
        List<String> lines = new ArrayList<>(List.of("", "Losses, with what they use by default:"));
        lines.addAll(LossOptions.lines());
        lines.add("");
        lines.addAll(RecipeOptions.lines());
        lines.addAll(List.of(spec.usageMessage().footer()));
        spec.usageMessage().footer(lines.toArray(String[]::new));
    }

    /** What is to be done, with its data. */
    private record Loaded(Recipe recipe, DataSplit split, DistillationTask task) {}

    /** Everything that can be wrong before a training begins. */
    private record Prepared(
            Recipe recipe, DistillationTask task, OutputFolder folder, boolean resumed) {
        Optional<CacheFolder> cache() {
            return Optional.ofNullable(recipe.cache()).map(CacheSettings::open);
        }
    }

    /** A study that is over, and what kept models of it from being saved. */
    private record Studied(StudyResult result, Map<Role, IOException> unsaved) {}

    @Override
    public Integer call() throws IOException {
        if (saving.resumed().isPresent()) {
            return saving.resume(spec.commandLine());
        }
        try (saving) {
            if (taps || preflight) {
                look();
            } else {
                run();
            }
            return CommandLine.ExitCode.OK;
        }
    }

    /** Trains nothing. */
    private void look() throws IOException {
        try {
            Loaded loaded = load();
            if (taps) {
                TapList.print(loaded.task(), spec.commandLine().getOut());
            } else {
                check(loaded);
                tried(loaded).print(spec.commandLine().getOut());
            }
        } catch (IllegalArgumentException e) {
            throw usage(e);
        }
    }

    private void run() throws IOException {
        long start = System.nanoTime();
        try (Interruption signal = new Interruption(this::endEarly)) {
            Prepared prepared = prepare(signal);
            Studied studied = study(prepared, signal);
            signal.becomes(() -> sayHowToGoOn(prepared.folder()));
            write(prepared, studied, start);
        }
    }

    private void write(Prepared prepared, Studied studied, long start) throws IOException {
        StudySettings settings = prepared.recipe().study();
        new StudyOutput(
                        spec.commandLine().getOut(),
                        prepared.recipe(),
                        prepared.folder().path(),
                        saving,
                        export)
                .write(
                        studied.result().judgedBy(settings.margin(), settings.prices()),
                        studied.unsaved(),
                        new StudyOutput.Beginning(start, prepared.resumed()));
    }

    /** What a signal does after the last training. */
    private void sayHowToGoOn(OutputFolder folder) {
        saving.advice()
                .ifPresentOrElse(
                        command -> System.err.println(GracefulStop.words(command)),
                        () -> sayWhatStays(folder));
    }

    /** What an option is wrong in. */
    private ParameterException usage(IllegalArgumentException e) {
        return new ParameterException(spec.commandLine(), e.getMessage(), e);
    }

    private Loaded load() throws IOException {
        Recipe recipe = recipe();
        checkPlaces(recipe);
        if (!taps && !preflight) {
            PreflightLines.announce(recipe, output.progress(), System.err);
        }
        EngineOptions.select(recipe.engine());
        DataSplit split = recipe.data().load();
        return new Loaded(recipe, split, recipe.task(split));
    }

    /** The recipe with what the options change. */
    private Recipe recipe() throws IOException {
        Recipe.Builder builder = recipes.read().change();
        recipes.apply(builder);
        teacher.apply(builder);
        study.apply(builder);
        loss.apply(builder);
        features.apply(builder);
        training.apply(builder);
        engine.apply(builder);
        caching.apply(builder, output.out());
        return builder.build();
    }

    /** With hashes and absolute paths, so that it makes the same run from another folder. */
    private static Recipe pinned(Recipe recipe, DataSplit split) throws IOException {
        TeacherSettings teacher = recipe.teacher().pinned();
        Recipe.Builder builder =
                recipe.change().teacher(_ -> teacher).data(data -> data.withHash(split.sha256()));
        String folder = recipe.data().folder();
        if (folder != null) {
            String absolute = absolute(folder);
            builder.data(data -> data.withFolder(absolute));
        }
        CacheSettings cache = recipe.cache();
        if (cache != null) {
            builder.cache(new CacheSettings(absolute(cache.folder()), cache.type()));
        }
        return builder.build();
    }

    private static String absolute(String path) {
        return Path.of(path).toAbsolutePath().toString();
    }

    /** Files and folders that are not what they should be, before anything is read or tried. */
    private void checkPlaces(Recipe recipe) throws IOException {
        String file = recipe.teacher().file();
        if (file != null) {
            Places.requireFile("the file of a teacher for --teacher", Path.of(file));
        }
        String engineName = recipe.engine().name();
        if (recipe.teacher().hasTorchScript()
                && !engineName.equalsIgnoreCase(EngineChoice.PYTORCH.toString())) {
            throw new IllegalArgumentException(
                    "expected --engine %s with the TorchScript module %s, found %s"
                            .formatted(EngineChoice.PYTORCH, file, engineName));
        }
        saving.check();
        CacheSettings cache = recipe.cache();
        if (cache != null) {
            Places.requireFolder("--cache", Path.of(cache.folder()));
        }
        // A run that goes on has its models there already, and a look at one writes nothing.
        Path out = output.out();
        if (saving.goesOn() && out != null) {
            saving.requireOwn(out);
        } else if (!taps && !preflight) {
            OutputFolder.check(out);
        }
    }

    private PreflightLines tried(Loaded loaded) throws IOException {
        // What is damaged among the checkpoints is found out first.
        StudyProgress progress = saving.progress(loaded.recipe().study());
        return new PreflightLines(Preflight.of(loaded.task()), progress);
    }

    private Prepared prepare(Interruption signal) throws IOException {
        try {
            Loaded loaded = load();
            check(loaded);
            return prepared(loaded, signal);
        } catch (IllegalArgumentException e) {
            throw usage(e);
        }
    }

    /** Makes the folders, and only then takes the time of a preflight. */
    private Prepared prepared(Loaded loaded, Interruption signal) throws IOException {
        Recipe pinned = pinned(loaded.recipe(), loaded.split());
        signal.whole(
                () -> {
                    saving.claimFolder();
                    saving.requireSameRun(pinned);
                    made = output.folder(pinned.name());
                });
        OutputFolder folder = requireNonNull(made);
        try {
            PreflightLines found = tried(loaded);
            found.printBrief(output.progress(), System.err);
            folder.warning(found.bytesSaved())
                    .ifPresent(warning -> System.err.println("Warning: " + warning));
            return new Prepared(pinned, loaded.task(), folder, found.progress().hasBegun());
        } catch (RuntimeException | IOException e) {
            folder.removeIfNewAndEmpty();
            throw e;
        }
    }

    /** What a signal leaves no reason for. */
    private void discardIfEmpty() {
        if (made != null) {
            made.removeIfNewAndEmpty();
        }
        saving.removeIfNewAndEmpty();
    }

    /** What a signal does before the first training. */
    private void endEarly() {
        discardIfEmpty();
        System.err.println(
                saving.goesOn()
                        ? GracefulStop.words(saving.advice().orElseThrow())
                        : "Stopped before the first training; nothing was saved.");
    }

    /** What is left of a run that cannot go on. */
    private static void sayWhatStays(OutputFolder folder) {
        System.err.printf(
                "Stopped: nothing is saved without --checkpoint%s.%n",
                folder.holdsFiles() ? " but what is in " + folder.path() : "");
    }

    /** What would be found out only after the teacher was trained. */
    private void check(Loaded loaded) {
        TapList.check(loaded.task());
        export.check(loaded.recipe());
        CacheSettings cache = loaded.recipe().cache();
        if (cache != null) {
            cache.open().encoding().check(loaded.split().train().classes());
        }
    }

    /** Goes on with a run instead of beginning one. */
    void goOn() {
        saving.goOn();
    }

    private Studied study(Prepared prepared, Interruption signal) throws IOException {
        OutputFolder folder = prepared.folder();
        StudySettings settings = prepared.recipe().study();
        StopRequest request = new StopRequest();
        GracefulStop stop = new GracefulStop(request::request, Duration.ofMinutes(1));
        try (ConsoleProgress shown =
                ConsoleProgress.open(output.progress(), settings.firstSeed(), settings.seeds())) {
            signal.becomes(
                    () -> {
                        saving.advice().ifPresent(stop::stop);
                        shown.clear();
                        discardIfEmpty();
                        if (saving.advice().isEmpty()) {
                            sayWhatStays(folder);
                        }
                    });
            StudyResult result =
                    Study.run(
                            prepared.task(),
                            settings.firstSeed(),
                            settings.seeds(),
                            Optional.of(folder.path()),
                            prepared.cache(),
                            saving.open(spec.commandLine(), folder, prepared.recipe(), request),
                            shown);
            return new Studied(result, shown.unsaved());
        } catch (OtherTrainingException e) {
            folder.removeIfNewAndEmpty();
            throw saving.refused(e);
        } catch (RuntimeException | IOException e) {
            folder.removeIfNewAndEmpty();
            if (e instanceof TrainingStoppedException) {
                stop.stopped();
                throw new StoppedBySignalException(e);
            }
            throw e;
        } finally {
            stop.over();
        }
    }
}
