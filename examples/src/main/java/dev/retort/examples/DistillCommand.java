package dev.retort.examples;

import dev.retort.distill.DistillationTask;
import dev.retort.distill.SeedOutcome;
import dev.retort.distill.Study;
import dev.retort.distill.StudyResult;
import dev.retort.distill.cache.CacheFolder;
import dev.retort.distill.loss.Objective;
import dev.retort.distill.report.ReportDocument;
import dev.retort.distill.report.ReportFiles;
import dev.retort.distill.report.Reports;
import dev.retort.distill.train.TrainingPlan;
import dev.retort.efficiency.report.Numbers;
import dev.retort.efficiency.report.Summary;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
            "                                        about 15 minutes a seed on 2 cores"
        })
final class DistillCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Mixin private final DataOptions data = new DataOptions();
    @Mixin private final SeedOptions seeds = new SeedOptions();
    @Mixin private final LossOptions loss = new LossOptions();
    @Mixin private final FeatureOptions features = new FeatureOptions();

    @Option(
            names = "--taps",
            description =
                    "List the layers of both networks with their shapes, and do nothing else.")
    private boolean taps;

    @Mixin private final TrainingOptions training = new TrainingOptions();
    @Mixin private final EngineOptions engine = new EngineOptions();
    @Mixin private final CacheOptions caching = new CacheOptions();
    @Mixin private final OutputOptions output = new OutputOptions();

    /** Adds to the help what the losses say of themselves. */
    @Spec
    void explainLosses(CommandSpec spec) {
        List<String> lines = new ArrayList<>(List.of("", "Losses, with what they use by default:"));
        lines.addAll(LossOptions.lines());
        lines.addAll(List.of(spec.usageMessage().footer()));
        spec.usageMessage().footer(lines.toArray(String[]::new));
    }

    /** Everything that can be wrong before a training begins. */
    private record Prepared(
            DistillationTask task, int seeds, Optional<CacheFolder> cache, OutputFolder folder) {}

    @Override
    public Integer call() throws IOException {
        long start = System.nanoTime();
        Prepared prepared;
        try {
            int count = seeds.count(data.recipe());
            engine.select(data.recipe());
            DistillationTask task = task(data.recipe());
            if (taps) {
                TapList.print(task, spec.commandLine().getOut());
                return 0;
            }
            prepared = prepared(task, count);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        StudyResult result = study(prepared);
        ReportDocument report = Reports.of(result, Instant.now());
        Path html = ReportFiles.write(report, prepared.folder().path());
        print(result, report, prepared);
        PrintWriter console = spec.commandLine().getOut();
        console.printf(
                "Report: %s%nModels: %s%nTime:   %s%n",
                html, prepared.folder().path(), Numbers.time((System.nanoTime() - start) / 1e9));
        if (console.checkError()) {
            throw new IOException("standard output cannot be written; the report is " + html);
        }
        return 0;
    }

    private DistillationTask task(Recipe recipe) {
        // Before the data, so that a wrong value costs no download.
        Objective objective = loss.objective();
        TrainingPlan teacherPlan = training.teacherPlan(recipe);
        TrainingPlan studentPlan = training.studentPlan(recipe);
        return new DistillationTask(
                data.load(),
                recipe.teacher(),
                recipe.student(),
                teacherPlan,
                studentPlan,
                objective,
                data.labels(),
                features.hints());
    }

    private Prepared prepared(DistillationTask task, int count) throws IOException {
        // Finds out before the teacher is trained whether the layers can be compared.
        TapList.check(task);
        Optional<CacheFolder> cache = caching.folder(output.out(), task.data().train().classes());
        return new Prepared(task, count, cache, output.folder(data.recipe().toString()));
    }

    private StudyResult study(Prepared prepared) throws IOException {
        OutputFolder folder = prepared.folder();
        try (ConsoleProgress shown =
                        ConsoleProgress.open(output.progress(), seeds.first(), prepared.seeds());
                Interruption _ =
                        new Interruption(
                                () -> {
                                    shown.clear();
                                    folder.removeIfNewAndEmpty();
                                })) {
            return Study.run(
                    prepared.task(),
                    seeds.first(),
                    prepared.seeds(),
                    Optional.of(folder.path()),
                    prepared.cache(),
                    shown);
        } catch (RuntimeException | IOException e) {
            folder.removeIfNewAndEmpty();
            throw e;
        }
    }

    private void print(StudyResult result, ReportDocument report, Prepared prepared) {
        PrintWriter console = spec.commandLine().getOut();
        ResultTables.print(report, console);
        SeedOutcome last = result.seeds().getLast();
        console.printf(
                "%nLast training of the distilled student: %s.%n",
                Summary.of(last.studentDistilled().account()).sentence());
        console.printf("%nLoss:   %s%n", report.task().objective().words());
        prepared.cache().ifPresent(used -> console.printf("Cache:  %s%n", used.path()));
    }
}
