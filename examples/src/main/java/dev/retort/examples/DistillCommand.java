package dev.retort.examples;

import dev.retort.distill.DistillationTask;
import dev.retort.distill.SeedOutcome;
import dev.retort.distill.Study;
import dev.retort.distill.StudyCheckpoints;
import dev.retort.distill.StudyResult;
import dev.retort.distill.cache.CacheFolder;
import dev.retort.distill.loss.LogitLossKind;
import dev.retort.distill.loss.Objective;
import dev.retort.distill.preflight.Preflight;
import dev.retort.distill.report.ReportDocument;
import dev.retort.distill.report.ReportFiles;
import dev.retort.distill.report.Reports;
import dev.retort.distill.train.TrainingPlan;
import dev.retort.efficiency.report.Numbers;
import dev.retort.efficiency.report.Summary;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;

/** {@code retort distill}: teacher, student alone, distilled student, comparison, report. */
@Command(
        name = "distill",
        sortOptions = false,
        description = {
            "Trains a teacher, distils a student from it, trains the same student without the"
                    + " teacher, and reports accuracy and cost of each over paired seeds."
        },
        footer = {
            "",
            "Examples:",
            "  ./retort distill                      digits, all labels, 5 seeds: about 15 s",
            "  ./retort distill --labels 100         the students see 100 labels",
            "  ./retort distill --loss dkd --loss-option beta=2",
            "                                        another loss, a setting changed",
            "  ./retort distill --feature-loss fitnet --student-tap 03ReLU",
            "                                        a layer learns from one of the teacher's",
            "  ./retort distill --dataset fashion-mnist --seeds 3",
            "                                        about 15 minutes a seed on 2 cores",
            "  ./retort distill --checkpoint runs/long   can be killed; --resume runs/long goes on"
        })
final class DistillCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(
            names = "--dataset",
            paramLabel = "NAME",
            converter = Recipe.Converter.class,
            completionCandidates = Recipe.Names.class,
            defaultValue = "digits",
            description = "One of ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private Recipe recipe;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "Folder with the four IDX files of fashion-mnist; without it Debian's folder"
                            + " and then DJL's repository are tried.")
    private @Nullable Path data;

    @Option(
            names = "--labels",
            paramLabel = "N",
            description =
                    "Labels that the students train on; the teacher trains on all. The validation labels,"
                            + " which only choose the epoch, come on top. Default: all labels.")
    private @Nullable Integer labels;

    @Option(
            names = "--seeds",
            paramLabel = "K",
            description = "How many paired seeds to run; default 5 for digits, else 1.")
    private @Nullable Integer seeds;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "The first seed; default ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--loss",
            paramLabel = "NAME",
            converter = LossOptions.Converter.class,
            completionCandidates = LossOptions.Names.class,
            defaultValue = "hinton",
            description =
                    "Loss against the teacher's logits, one of ${COMPLETION-CANDIDATES}; default"
                            + " ${DEFAULT-VALUE}. They are listed below.")
    private LogitLossKind loss;

    @Option(
            names = "--temperature",
            paramLabel = "T",
            description = "Temperature of the soft labels; default that of the loss, 4 for hinton.")
    private @Nullable Double temperature;

    @Option(
            names = "--weight",
            paramLabel = "W",
            description =
                    "Share of the loss against the teacher, from 0 to 1; the labels get the rest."
                            + " Default the two weights of the loss, listed below.")
    private @Nullable Double weight;

    @Option(
            names = "--loss-option",
            paramLabel = "NAME=VALUE",
            split = ",",
            description =
                    "A setting of the loss that is listed below, such as beta=2; repeat it for others.")
    private Map<String, Double> lossOptions = Map.of();

    @Option(
            names = "--standardise",
            description =
                    "Give the loss standardised logits (Sun et al. 2024); with hinton temperature 2"
                            + " and weights 9 and 0.1 are the default then.")
    private boolean standardise;

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

    @Option(
            names = "--epochs",
            paramLabel = "N",
            description = "Epochs of the students; default depends on the data set.")
    private @Nullable Integer epochs;

    @Option(
            names = "--teacher-epochs",
            paramLabel = "N",
            description = "Epochs of the teacher; default depends on the data set.")
    private @Nullable Integer teacherEpochs;

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            description = "Samples a step; default depends on the data set.")
    private @Nullable Integer batchSize;

    @Option(
            names = "--learning-rate",
            paramLabel = "R",
            description = "Peak learning rate of the students; default depends on the data set.")
    private @Nullable Float learningRate;

    @Option(
            names = "--clip-norm",
            paramLabel = "L",
            description = "Largest global norm of the gradients; default 5.")
    private @Nullable Double clipNorm;

    @Option(
            names = "--patience",
            paramLabel = "N",
            description =
                    "Stop after N epochs without a better validation loss; default 0: never stop"
                            + " early.")
    private @Nullable Integer patience;

    @Mixin private final LoopOptions loop = new LoopOptions();

    @Option(
            names = "--engine",
            paramLabel = "NAME",
            converter = EngineChoice.Converter.class,
            completionCandidates = EngineChoice.Names.class,
            defaultValue = "Retort",
            description = "DJL engine, one of ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private EngineChoice engine;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads of an engine operation; default 1 for digits, else all cores.")
    private @Nullable Integer threads;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "Folder for report and models, made if it is missing; default a new one,"
                            + " runs/distill-<data>-<time>.")
    private @Nullable Path out;

    @Mixin private final CacheOptions caching = new CacheOptions();

    @Mixin private final CheckpointOptions saving = new CheckpointOptions();

    @Option(
            names = "--progress",
            paramLabel = "KIND",
            defaultValue = "auto",
            description =
                    "bar, plain, none, or auto: a bar on a terminal, plain lines elsewhere and"
                            + " where CI is set.")
    private ProgressKind progress;

    /** Adds to the help what the losses say of themselves. */
    @Spec
    void explainLosses(CommandSpec spec) {
        List<String> lines = new ArrayList<>(List.of("", "Losses, with what they use by default:"));
        lines.addAll(LossOptions.lines());
        lines.addAll(List.of(spec.usageMessage().footer()));
        spec.usageMessage().footer(lines.toArray(String[]::new));
    }

    @Override
    public Integer call() throws IOException {
        if (saving.resumed().isPresent()) {
            return saving.resume(spec.commandLine());
        }
        long start = System.nanoTime();
        PrintWriter console = spec.commandLine().getOut();
        int seedCount = atLeastOne("--seeds", seeds == null ? recipe.defaultSeeds() : seeds);
        engine.select(threads());
        DistillationTask task = task();
        if (taps) {
            TapList.print(task, console);
            return 0;
        }
        requireTaps(task);
        saving.check(spec.commandLine());
        PreflightLines found = preflight(task, seedCount);
        if (preflight) {
            found.print(console);
            return 0;
        }
        found.printBrief(progress, System.err);
        boolean newFolder = out == null || Files.notExists(out);
        Optional<CacheFolder> cache = cacheFolder(task);
        Path folder = OutputFolder.of(out, recipe, spec.commandLine());
        GracefulStop stop = new GracefulStop();
        Optional<StudyCheckpoints> checkpoints =
                saving.open(spec.commandLine(), folder, stop.request());
        StudyResult result;
        try (ConsoleProgress shown = ConsoleProgress.open(progress, seed, seedCount);
                Interruption _ =
                        new Interruption(
                                () -> {
                                    stop.stop(saving.advice());
                                    shown.clear();
                                    if (newFolder) {
                                        OutputFolder.removeIfEmpty(folder);
                                    }
                                })) {
            result =
                    Study.run(
                            task, seed, seedCount, Optional.of(folder), cache, checkpoints, shown);
        } catch (RuntimeException | IOException e) {
            if (newFolder) {
                OutputFolder.removeIfEmpty(folder);
            }
            throw e;
        } finally {
            stop.over();
        }
        ReportDocument report = Reports.of(result, Instant.now());
        Path html = ReportFiles.write(report, folder);
        ResultTables.print(report, console);
        SeedOutcome last = result.seeds().getLast();
        console.printf(
                "%nLast training of the distilled student: %s.%n",
                Summary.of(last.studentDistilled().account()).sentence());
        console.printf("%nLoss:   %s%n", report.task().objective().words());
        cache.ifPresent(used -> console.printf("Cache:  %s%n", used.path()));
        console.printf(
                "Report: %s%nModels: %s%nTime:   %s%n",
                html, folder, Numbers.time((System.nanoTime() - start) / 1e9));
        if (console.checkError()) {
            throw new IOException("standard output cannot be written; the report is " + html);
        }
        return 0;
    }

    /** Goes on with a run instead of beginning one. */
    void goOn() {
        saving.goOn();
    }

    private int atLeastOne(String option, int value) {
        if (value < 1) {
            throw new ParameterException(
                    spec.commandLine(),
                    "expected %s of at least 1, found %d".formatted(option, value));
        }
        return value;
    }

    private int threads() {
        int count = atLeastOne("--threads", threads == null ? recipe.defaultThreads() : threads);
        int cores = Runtime.getRuntime().availableProcessors();
        if (count > cores) {
            throw new ParameterException(
                    spec.commandLine(),
                    "expected --threads of at most %d, the cores of this machine, found %d"
                            .formatted(cores, count));
        }
        return count;
    }

    private DistillationTask task() {
        try {
            // Before the data, so that a wrong value costs no download.
            Objective objective =
                    LossOptions.objective(loss, standardise, temperature, weight, lossOptions);
            TrainingPlan teacherPlan = plan(recipe.teacherPlan(), teacherEpochs, null);
            TrainingPlan studentPlan = plan(recipe.studentPlan(), epochs, learningRate);
            return new DistillationTask(
                    recipe.load(Optional.ofNullable(data)),
                    recipe.teacher(),
                    recipe.student(),
                    teacherPlan,
                    studentPlan,
                    objective,
                    labels == null ? OptionalInt.empty() : OptionalInt.of(labels),
                    features.hints());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    /** Finds out before the teacher is trained whether the layers can be compared. */
    private void requireTaps(DistillationTask task) {
        try {
            TapList.check(task);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private PreflightLines preflight(DistillationTask task, int seedCount) {
        try {
            return new PreflightLines(Preflight.of(task), seedCount);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private Optional<CacheFolder> cacheFolder(DistillationTask task) {
        try {
            return caching.folder(out, task.data().train().classes());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private TrainingPlan plan(
            TrainingPlan base, @Nullable Integer newEpochs, @Nullable Float peakRate) {
        TrainingPlan plan = newEpochs == null ? base : base.withEpochs(newEpochs);
        plan = batchSize == null ? plan : plan.withBatchSize(batchSize);
        plan = clipNorm == null ? plan : plan.withClipNorm(clipNorm);
        plan = patience == null ? plan : plan.withPatience(patience);
        return loop.change(plan, peakRate);
    }
}
