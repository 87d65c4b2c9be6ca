package dev.retort.examples;

import dev.retort.distill.DistillationTask;
import dev.retort.distill.Role;
import dev.retort.distill.Study;
import dev.retort.distill.StudyCheckpoints;
import dev.retort.distill.StudyResult;
import dev.retort.distill.cache.CacheFolder;
import dev.retort.distill.data.DataSplit;
import dev.retort.distill.preflight.Preflight;
import dev.retort.distill.recipe.CacheSettings;
import dev.retort.distill.recipe.ModelRecipe;
import dev.retort.distill.recipe.Recipe;
import dev.retort.distill.recipe.StudySettings;
import dev.retort.distill.recipe.TeacherSettings;
import dev.retort.distill.report.ReportDocument;
import dev.retort.distill.report.ReportFiles;
import dev.retort.distill.report.Reports;
import dev.retort.distill.train.StopRequest;
import dev.retort.distill.train.TrainingStoppedException;
import dev.retort.efficiency.report.Numbers;
import dev.retort.examples.text.TextCommand;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

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
                    "Check data and networks, try both on a batch, estimate time and memory, and do"
                            + " nothing else. A run begins with the same.")
    private boolean preflight;

    @Mixin private final TrainingOptions training = new TrainingOptions();
    @Mixin private final EngineOptions engine = new EngineOptions();
    @Mixin private final CacheOptions caching = new CacheOptions();
    @Mixin private final CheckpointOptions saving = new CheckpointOptions();
    @Mixin private final ExportOptions export = new ExportOptions();
    @Mixin private final OutputOptions output = new OutputOptions();

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

    /** Everything that can be wrong before a training begins. */
    private record Prepared(Recipe recipe, DistillationTask task, OutputFolder folder) {
        Optional<CacheFolder> cache() {
            return Optional.ofNullable(recipe.cache()).map(CacheSettings::open);
        }

        /** What was used, and what makes it once more. */
        void print(PrintWriter out) {
            cache().ifPresent(used -> out.printf("Cache:  %s%n", used.path()));
            out.printf("Recipe: %s%n", folder.path().resolve(ReportFiles.RECIPE)).flush();
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
            return run();
        }
    }

    private int run() throws IOException {
        long start = System.nanoTime();
        Prepared prepared;
        try {
            Recipe recipe = recipe();
            checkPlaces(recipe);
            if (!taps && !preflight) {
                PreflightLines.announce(recipe, output.progress(), System.err);
            }
            EngineOptions.select(recipe.engine());
            DataSplit split = recipe.data().load();
            DistillationTask task = recipe.task(split);
            if (taps) {
                TapList.print(task, spec.commandLine().getOut());
                return 0;
            }
            check(recipe, task);
            if (preflight) {
                tried(recipe, task).print(spec.commandLine().getOut());
                return 0;
            }
            prepared = prepare(recipe, split, task);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        StudySettings settings = prepared.recipe().study();
        Studied studied = study(prepared);
        StudyResult result = studied.result().judgedBy(settings.margin(), settings.prices());
        ReportDocument report = Reports.of(result, prepared.recipe(), Instant.now());
        Path folder = prepared.folder().path();
        PrintWriter console = spec.commandLine().getOut();
        // First what needs no disk.
        ResultTables.print(report, result, console);
        prepared.print(console);
        Path html = write(report, folder);
        ExportOptions.Source source =
                new ExportOptions.Source(
                        prepared.recipe(),
                        result,
                        metadata(report.origin(), result),
                        folder,
                        studied.unsaved().keySet());
        if (!studied.unsaved().isEmpty()) {
            IOException incomplete = incomplete(source, studied.unsaved().values());
            console.printf("Report: %s%n", html).flush();
            throw incomplete;
        }
        Optional<RuntimeException> failed = export(source);
        console.printf(
                        "Report: %s%nModels: %s%nTime:   %s%n",
                        html, folder, Numbers.time((System.nanoTime() - start) / 1e9))
                .flush();
        if (failed.isPresent()) {
            throw failed.get();
        }
        saving.finished(html);
        return 0;
    }

    /** What was printed stays, and so do the models. */
    private Path write(ReportDocument report, Path folder) throws IOException {
        try {
            return ReportFiles.write(report, folder);
        } catch (IOException e) {
            throw new IOException(
                    "the report cannot be written to %s (%s); what was saved there stays, %s"
                            .formatted(folder, e.getMessage(), repeat()),
                    e);
        }
    }

    /** How to come by what could not be written. */
    private String repeat() {
        return saving.advice()
                .map(command -> "and once there is room " + command + " writes the rest")
                .orElse("and only a run once more writes the rest");
    }

    /** Exports where report and models are in the folder. */
    private Optional<RuntimeException> export(ExportOptions.Source source) throws IOException {
        try {
            return export.write(source, spec.commandLine().getOut());
        } catch (IOException e) {
            throw new IOException(
                    "%s; report and models are there, %s".formatted(e.getMessage(), repeat()), e);
        }
    }

    /** Exports what can be without the models that were not saved, and says what is missing. */
    private IOException incomplete(ExportOptions.Source source, Collection<IOException> unsaved) {
        List<Exception> failures = new ArrayList<>(unsaved);
        try {
            export.write(source, spec.commandLine().getOut()).ifPresent(failures::add);
        } catch (IOException e) {
            failures.add(e);
        }
        String impossible = export.impossible(source.unsaved());
        String said =
                failures.stream().map(Exception::getMessage).collect(Collectors.joining("; "));
        IOException incomplete =
                new IOException(
                        "%s; report and recipe are in %s, %s%s"
                                .formatted(
                                        said,
                                        source.folder(),
                                        impossible.isEmpty()
                                                ? ""
                                                : "nothing is exported as " + impossible + ", ",
                                        repeat()),
                        failures.removeFirst());
        failures.forEach(incomplete::addSuppressed);
        return incomplete;
    }

    private static Map<String, String> metadata(
            ReportDocument.@Nullable Origin origin, StudyResult result) {
        return origin == null
                ? Map.of()
                : ModelRecipe.metadata(
                        origin.recipe(), origin.provenance(), result.task().data().train());
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
        if (!saving.goesOn() && !taps && !preflight) {
            OutputFolder.check(output.out());
        }
    }

    private static PreflightLines tried(Recipe recipe, DistillationTask task) throws IOException {
        return new PreflightLines(Preflight.of(task), recipe.study().seeds());
    }

    /** Makes the folders, and only then takes the time of a preflight. */
    private Prepared prepare(Recipe recipe, DataSplit split, DistillationTask task)
            throws IOException {
        Recipe pinned = pinned(recipe, split);
        saving.claimFolder();
        OutputFolder folder = output.folder(recipe.name());
        try {
            PreflightLines found = tried(recipe, task);
            found.printBrief(output.progress(), System.err);
            folder.warning(found.bytesSaved())
                    .ifPresent(warning -> System.err.println("Warning: " + warning));
        } catch (RuntimeException | IOException e) {
            folder.removeIfNewAndEmpty();
            throw e;
        }
        return new Prepared(pinned, task, folder);
    }

    /** What would be found out only after the teacher was trained. */
    private void check(Recipe recipe, DistillationTask task) {
        TapList.check(task);
        export.check(recipe);
        CacheSettings cache = recipe.cache();
        if (cache != null) {
            cache.open().encoding().check(task.data().train().classes());
        }
    }

    /** Goes on with a run instead of beginning one. */
    void goOn() {
        saving.goOn();
    }

    private Studied study(Prepared prepared) throws IOException {
        OutputFolder folder = prepared.folder();
        StudySettings settings = prepared.recipe().study();
        StopRequest request = new StopRequest();
        GracefulStop stop = new GracefulStop(request::request, Duration.ofMinutes(1));
        Optional<StudyCheckpoints> checkpoints =
                saving.open(spec.commandLine(), folder.path(), prepared.recipe(), request);
        try (ConsoleProgress shown =
                        ConsoleProgress.open(
                                output.progress(), settings.firstSeed(), settings.seeds());
                Interruption _ =
                        new Interruption(
                                () -> {
                                    saving.advice().ifPresent(stop::stop);
                                    shown.clear();
                                    folder.removeIfNewAndEmpty();
                                })) {
            StudyResult result =
                    Study.run(
                            prepared.task(),
                            settings.firstSeed(),
                            settings.seeds(),
                            Optional.of(folder.path()),
                            prepared.cache(),
                            checkpoints,
                            shown);
            return new Studied(result, shown.unsaved());
        } catch (RuntimeException | IOException e) {
            if (e instanceof TrainingStoppedException) {
                stop.stopped();
            }
            folder.removeIfNewAndEmpty();
            throw e;
        } finally {
            stop.over();
        }
    }
}
