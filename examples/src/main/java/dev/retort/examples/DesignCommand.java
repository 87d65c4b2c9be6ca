package dev.retort.examples;

import dev.retort.distill.OfflineDistillation;
import dev.retort.distill.cache.CacheEncoding;
import dev.retort.distill.cache.CacheFolder;
import dev.retort.distill.data.DataSplit;
import dev.retort.distill.design.Candidate;
import dev.retort.distill.design.DesignReport;
import dev.retort.distill.design.DesignedStudent;
import dev.retort.distill.design.Limits;
import dev.retort.distill.design.StudentDesigner;
import dev.retort.distill.preflight.TeacherCheck;
import dev.retort.distill.recipe.CacheSettings;
import dev.retort.distill.recipe.NetworkSettings;
import dev.retort.distill.recipe.Recipe;
import dev.retort.distill.report.PaybackSentences;
import dev.retort.distill.teacher.ModelTeacher;
import dev.retort.distill.teacher.TeacherOutput;
import dev.retort.efficiency.report.Numbers;

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
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;

/** {@code retort distill design}: the student for given limits. */
@Command(
        name = "design",
        sortOptions = false,
        description = {
            "Times students of several widths on this machine, distils those that fit the limits from"
                    + " one pass of a teacher, and draws their Pareto front."
        },
        footer = {
            "",
            DesignReport.REQUEST,
            "With --labels all students see the labels of the same samples, chosen by the first",
            "seed, and the teacher's outputs on all.",
            "",
            "Example, after ./retort distill --out runs/first:",
            "  ./retort distill design --teacher runs/first/teacher-0000.params --bytes 9000"
        })
final class DesignCommand implements Callable<Integer> {
    /** Samples that tell whether the teacher knows the classes. */
    private static final int CHECKED = 500;

    /** A nanosecond, in microseconds. */
    private static final double SHORTEST = 0.001;

    @Spec private CommandSpec spec;
    @Mixin private final RecipeOptions recipes = new RecipeOptions();

    @Option(
            names = "--teacher",
            paramLabel = "FILE",
            required = true,
            description = "The file teacher-0000.params that a run has left.")
    private Path teacher;

    @Option(
            names = "--p95",
            paramLabel = "MICROSECONDS",
            description =
                    "The most that 95 %% of the requests may take, in microseconds. A request is a"
                            + " forward pass of one sample.")
    private @Nullable Double p95;

    @Option(
            names = "--bytes",
            paramLabel = "N",
            description = "The largest size of the parameters.")
    private @Nullable Long bytes;

    @Option(
            names = "--joules",
            paramLabel = "J",
            description = "The most energy that a request may take.")
    private @Nullable Double joules;

    @Option(
            names = "--scale",
            paramLabel = "F",
            split = ",",
            defaultValue = "0.25,0.5,1,2,4",
            description =
                    "What the widths of the recipe's student are multiplied by; default"
                            + " ${DEFAULT-VALUE}.")
    private List<Double> scales;

    @Option(
            names = "--seeds",
            paramLabel = "K",
            defaultValue = "1",
            description = "Trainings of each student; default ${DEFAULT-VALUE}.")
    private int seeds;

    @Option(
            names = "--cache",
            paramLabel = "DIR",
            description =
                    "Folder of teacher outputs; default the recipe's, or runs/teacher-outputs.")
    private @Nullable Path cache;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            defaultValue = "runs/design.html",
            description = "The page that is written; default ${DEFAULT-VALUE}.")
    private Path out;

    @Override
    public Integer call() throws IOException {
        Recipe recipe;
        StudentDesigner designer;
        DataSplit data;
        try {
            recipe = recipe();
            checkScales();
            prepareOut();
            Places.requireFile("the file of a teacher for --teacher", teacher);
            EngineOptions.select(recipe.engine());
            designer =
                    new StudentDesigner(
                            limits(),
                            recipe.student().training().plan(),
                            recipe.loss().objective(),
                            LongStream.range(0, Counts.atLeastOne("--seeds", seeds))
                                    .map(i -> recipe.study().firstSeed() + i)
                                    .boxed()
                                    .toList());
            DataSplit all = recipe.data().load();
            // Its own checks.
            recipe.task(all);
            data = labelled(recipe, all);
            cache(recipe).encoding().check(data.train().classes());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        PrintWriter console = spec.commandLine().getOut();
        List<DesignedStudent> students = design(recipe, designer, data, console);
        table(students).print(console);
        if (students.stream().anyMatch(DesignedStudent::onFront)) {
            console.printf("%n%s %s%n", DesignReport.FRONT, DesignReport.REQUEST);
        }
        DesignReport.caution(students).ifPresent(caution -> console.printf("%n%s%n", caution));
        console.flush();
        console.printf(
                "%nPage: %s%n", DesignReport.write("Students for " + data.name(), students, out));
        console.flush();
        return 0;
    }

    /** As the distilled student of {@code distill} sees them: the teacher's outputs on all. */
    private static DataSplit labelled(Recipe recipe, DataSplit all) {
        Integer labels = recipe.data().labels();
        if (labels == null) {
            return all;
        }
        int[] kept = DataSplit.stratifiedSample(all.train(), labels, recipe.study().firstSeed());
        return new DataSplit(
                all.name(),
                all.train().keepLabels(kept),
                all.validation(),
                all.test(),
                all.source());
    }

    private Recipe recipe() throws IOException {
        Recipe.Builder builder = recipes.read().change();
        recipes.apply(builder);
        Recipe recipe = builder.build();
        if (!recipe.hints().isEmpty()) {
            throw new IllegalArgumentException(
                    "expected no hints for design, which trains from the teacher's outputs alone, found "
                            + recipe.hints().getFirst().kind());
        }
        if (recipe.teacher().labelMap() != null) {
            throw new IllegalArgumentException(
                    "expected a teacher with the classes of the data for design, found the label map "
                            + recipe.teacher().labelMap());
        }
        return recipe;
    }

    private void checkScales() {
        for (double scale : scales) {
            if (!(scale > 0 && Double.isFinite(scale))) {
                throw new IllegalArgumentException(
                        "expected a finite --scale above 0, found " + scale);
            }
        }
    }

    /** What would be found out only after all was timed. */
    private void prepareOut() {
        if (Files.isDirectory(out)) {
            throw new IllegalArgumentException(
                    "expected a file for --out, found the folder " + out);
        }
        Places.requireWritable("--out", out);
    }

    private CacheFolder cache(Recipe recipe) {
        CacheSettings settings = recipe.cache();
        if (settings == null) {
            return new CacheFolder(
                    cache == null ? CacheOptions.DEFAULT : cache, CacheEncoding.fp32());
        }
        CacheFolder own = settings.open();
        return cache == null ? own : new CacheFolder(cache, own.encoding());
    }

    private Limits limits() {
        if (p95 != null && !(Double.isFinite(p95) && p95 >= SHORTEST)) {
            throw new IllegalArgumentException(
                    "expected --p95 of at least %s microseconds, found %s"
                            .formatted(SHORTEST, p95));
        }
        return new Limits(
                p95 == null
                        ? Optional.empty()
                        : Optional.of(Duration.ofNanos(Math.round(p95 * 1e3))),
                bytes == null ? OptionalLong.empty() : OptionalLong.of(bytes),
                joules == null ? OptionalDouble.empty() : OptionalDouble.of(joules));
    }

    private List<DesignedStudent> design(
            Recipe recipe, StudentDesigner designer, DataSplit data, PrintWriter console)
            throws IOException {
        int classes = data.train().classes();
        List<Candidate> candidates =
                scales.stream()
                        .map(scale -> recipe.student().network().scaled(scale))
                        .distinct()
                        .map(network -> candidate(network, classes))
                        .toList();
        try (ModelTeacher asked =
                ModelTeacher.saved(
                        teacher,
                        recipe.teacher().network().network(classes),
                        TeacherOutput.LOGITS)) {
            TeacherCheck.of(asked, data.validation(), CHECKED, asked.model().getNDManager())
                    .warnings(classes)
                    .forEach(warning -> console.printf("Warning: %s%n", warning));
            console.flush();
            List<DesignedStudent> timed = designer.time(candidates, data.train().sampleShape());
            if (timed.stream().noneMatch(student -> student.broken().isEmpty())) {
                return timed;
            }
            try (OfflineDistillation distillation =
                    OfflineDistillation.open(asked, data, cache(recipe))) {
                console.printf(
                        "%d teacher outputs asked for; %s%n",
                        distillation.outputs().cache().rowsAsked(),
                        distillation.outputs().drift().words());
                console.flush();
                return designer.train(
                        candidates,
                        timed,
                        distillation,
                        student -> {
                            console.printf("trained %s%n", student.name());
                            console.flush();
                        });
            }
        }
    }

    private static Candidate candidate(NetworkSettings network, int classes) {
        return new Candidate(network.toString(), () -> network.network(classes));
    }

    private static TextTable table(List<DesignedStudent> students) {
        TextTable table =
                new TextTable(
                        List.of(
                                "student",
                                "p95",
                                "p95 of the turns",
                                "size",
                                "energy",
                                "validation",
                                "remark"));
        for (DesignedStudent student : students) {
            Double accuracy = student.accuracy();
            table.row(
                    List.of(
                            student.name(),
                            Numbers.time(student.p95Seconds()),
                            student.p95OfTurns(),
                            Numbers.bytes(student.cost().bytes()),
                            Numbers.figure(student.cost().joules(), PaybackSentences::energy),
                            accuracy == null ? Numbers.ABSENT : Numbers.percent(accuracy, 2),
                            DesignReport.remark(student)));
        }
        return table;
    }
}
