package dev.retort.distill.report;

import ai.djl.engine.Engine;

import dev.retort.device.CpuDevice;
import dev.retort.device.Reading;
import dev.retort.device.sampling.SamplerCost;
import dev.retort.distill.Calibration;
import dev.retort.distill.ClassResult;
import dev.retort.distill.DistillationTask;
import dev.retort.distill.InferenceLatency;
import dev.retort.distill.ModelCost;
import dev.retort.distill.Role;
import dev.retort.distill.SeedOutcome;
import dev.retort.distill.StudyResult;
import dev.retort.distill.TrainedModel;
import dev.retort.distill.flops.FlopCount;
import dev.retort.distill.recipe.HintSettings;
import dev.retort.distill.recipe.LossSettings;
import dev.retort.distill.recipe.Provenance;
import dev.retort.distill.recipe.Recipe;
import dev.retort.distill.recipe.TrainingSettings;
import dev.retort.distill.report.ReportDocument.ClassEntry;
import dev.retort.distill.report.ReportDocument.Comparison;
import dev.retort.distill.report.ReportDocument.Cost;
import dev.retort.distill.report.ReportDocument.Difference;
import dev.retort.distill.report.ReportDocument.Epoch;
import dev.retort.distill.report.ReportDocument.Figure;
import dev.retort.distill.report.ReportDocument.Latency;
import dev.retort.distill.report.ReportDocument.Machine;
import dev.retort.distill.report.ReportDocument.Measuring;
import dev.retort.distill.report.ReportDocument.ModelEntry;
import dev.retort.distill.report.ReportDocument.Payback;
import dev.retort.distill.report.ReportDocument.SeedEntry;
import dev.retort.distill.report.ReportDocument.Task;
import dev.retort.distill.report.ReportDocument.Training;
import dev.retort.distill.train.EngineInUse;
import dev.retort.efficiency.Region;
import dev.retort.efficiency.RunAccount;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** Turns the result of a study into a report. */
public final class Reports {
    private static final int SCHEMA = 4;

    /** What every training of ours consists of, beside {@link Region#OTHER}. */
    private static final List<Region> REGIONS =
            List.of(
                    Region.INPUT,
                    Region.FORWARD,
                    Region.BACKWARD,
                    Region.UPDATE,
                    Region.EVALUATION);

    private Reports() {}

    /**
     * The report of a study that ran on this machine.
     *
     * @param result the result
     * @param created the time to write on it
     * @return the report
     */
    public static ReportDocument of(StudyResult result, Instant created) {
        return new ReportDocument(
                SCHEMA,
                created.truncatedTo(ChronoUnit.SECONDS).toString(),
                machine(),
                task(result.task()),
                comparison(result),
                models(result),
                result.seeds().stream().map(Reports::seed).toList(),
                mean(result.seeds(), seed -> seconds(seed.softLabels().ledger().elapsed())),
                Payback.of(result.paybackInJoules()),
                Payback.of(result.paybackInMoney()),
                measuring(result.samplerCost()),
                null);
    }

    /**
     * The report of a study by a recipe, with what makes it again.
     *
     * @param result the result
     * @param recipe all settings
     * @param created the time to write on it
     * @return the report
     * @throws IOException if a native library that is loaded cannot be read
     */
    public static ReportDocument of(StudyResult result, Recipe recipe, Instant created)
            throws IOException {
        ReportDocument report = of(result, created);
        Machine machine = report.machine();
        return report.madeBy(recipe, Provenance.now(machine.retort(), machine.engine()));
    }

    /**
     * What figures were measured on: this machine, and the engine in use.
     *
     * @return its names and versions
     */
    public static Machine machine() {
        CpuDevice cpu = CpuDevice.host();
        EngineInUse engine = EngineInUse.of(Engine.getInstance());
        OptionalInt threads = engine.threads();
        return new Machine(
                cpu.name(),
                cpu.cores(),
                System.getProperty("os.name") + " " + System.getProperty("os.arch"),
                Runtime.version() + " " + System.getProperty("java.vendor"),
                engine.words(),
                threads.isPresent() ? threads.getAsInt() : null,
                Objects.requireNonNullElse(
                        Reports.class.getPackage().getImplementationVersion(), "development"));
    }

    private static Task task(DistillationTask task) {
        LossSettings loss = LossSettings.of(task.objective());
        StringJoiner objective = new StringJoiner("; ");
        objective.add(loss.words());
        task.hints().forEach(hint -> objective.add(hint.words()));
        return new Task(
                task.data().name(),
                task.data().source(),
                task.data().sha256(),
                task.data().train().size(),
                task.data().validation().size(),
                task.data().test().size(),
                task.labels().isPresent() ? task.labels().getAsInt() : null,
                loss,
                objective.toString(),
                task.hints().stream().map(HintSettings::of).toList(),
                teacher(task),
                task.trainsTeacher() ? TrainingSettings.of(task.teacherPlan()) : null,
                TrainingSettings.of(task.studentPlan()));
    }

    private static String teacher(DistillationTask task) {
        String origin = Sentences.origin(task.origin());
        return !task.trainsTeacher()
                ? origin
                : task.teacherAugmentation()
                        .map(
                                change ->
                                        "%s on images moved by up to %d pixels%s"
                                                .formatted(
                                                        origin,
                                                        change.padding(),
                                                        change.mirrored()
                                                                ? ", half of them mirrored"
                                                                : ""))
                        .orElse(origin);
    }

    private static Comparison comparison(StudyResult result) {
        Difference alone = Difference.of(result.distilledMinusAlone());
        Difference teacher = Difference.of(result.distilledMinusTeacher());
        return new Comparison(
                alone.verdict(), alone, teacher, classes(result), Sentences.of(alone, teacher));
    }

    /** Classes that have test samples. */
    private static List<ClassEntry> classes(StudyResult result) {
        List<ClassResult> counts = result.seeds().getFirst().teacher().testDetail().classes();
        List<ClassEntry> entries = new ArrayList<>();
        for (int c = 0; c < counts.size(); c++) {
            if (counts.get(c).samples() > 0) {
                entries.add(
                        new ClassEntry(
                                c,
                                counts.get(c).samples(),
                                recall(result, SeedOutcome::studentAlone, c),
                                recall(result, SeedOutcome::studentDistilled, c),
                                recall(result, SeedOutcome::teacher, c)));
            }
        }
        return entries;
    }

    private static double recall(
            StudyResult result, Function<SeedOutcome, TrainedModel> model, int label) {
        return mean(
                result.seeds(),
                seed -> model.apply(seed).testDetail().classes().get(label).recall().orElseThrow());
    }

    /**
     * The regions of the trainings, such as saving where there were checkpoints; the same for all,
     * so that they stand side by side.
     */
    private static List<Region> regions(StudyResult result) {
        Set<Region> regions = new LinkedHashSet<>(REGIONS);
        for (Region region : Region.standard()) {
            boolean isUsed =
                    result.seeds().stream()
                            .flatMap(seed -> seed.models().stream())
                            .filter(Reports::isAccounted)
                            .anyMatch(model -> model.account().ledger().of(region).isPositive());
            if (isUsed && region != Region.OTHER) {
                regions.add(region);
            }
        }
        regions.add(Region.OTHER);
        return List.copyOf(regions);
    }

    private static List<ModelEntry> models(StudyResult result) {
        return List.of(
                entry(Role.TEACHER, result, SeedOutcome::teacher, result.teacherCost(), null),
                entry(
                        Role.STUDENT_ALONE,
                        result,
                        SeedOutcome::studentAlone,
                        result.studentCost(),
                        SeedOutcome::agreementAlone),
                entry(
                        Role.STUDENT_DISTILLED,
                        result,
                        SeedOutcome::studentDistilled,
                        result.studentCost(),
                        SeedOutcome::agreementDistilled));
    }

    private static ModelEntry entry(
            Role role,
            StudyResult result,
            Function<SeedOutcome, TrainedModel> model,
            ModelCost cost,
            @Nullable ToDoubleFunction<SeedOutcome> agreement) {
        List<SeedOutcome> seeds = result.seeds();
        return new ModelEntry(
                role.label(),
                mean(seeds, seed -> model.apply(seed).testBest().accuracy()),
                mean(seeds, seed -> model.apply(seed).testLast().accuracy()),
                agreement == null ? null : mean(seeds, agreement),
                calibration(seeds, seed -> model.apply(seed).testDetail().calibration()),
                cost.network(),
                cost.parameters(),
                cost.bytes(),
                cost.flops() instanceof FlopCount.Counted counted ? counted.forward() : null,
                Figure.of(cost.joules()),
                cost.latencies().stream().map(Reports::latency).toList(),
                cost(
                        seeds.stream()
                                .map(model)
                                .filter(Reports::isAccounted)
                                .map(TrainedModel::account)
                                .toList(),
                        regions(result)));
    }

    private static boolean isAccounted(TrainedModel model) {
        return model.isTrained() && model.hasWholeAccount();
    }

    private static ReportDocument.Calibration calibration(
            List<SeedOutcome> seeds, Function<SeedOutcome, Calibration> of) {
        return new ReportDocument.Calibration(
                mean(seeds, seed -> of.apply(seed).expectedError()),
                Calibration.BINS,
                mean(seeds, seed -> of.apply(seed).brierScore()),
                mean(seeds, seed -> of.apply(seed).negativeLogLikelihood()));
    }

    private static Latency latency(InferenceLatency latency) {
        return new Latency(
                latency.batch(),
                latency.p50().toNanos() / 1e3,
                latency.p95().toNanos() / 1e3,
                latency.passes());
    }

    private static @Nullable Cost cost(List<RunAccount> accounts, List<Region> used) {
        if (accounts.isEmpty()) {
            return null;
        }
        Map<String, Double> regions = new LinkedHashMap<>();
        for (Region region : used) {
            double seconds = mean(accounts, account -> seconds(account.ledger().of(region)));
            regions.put(region.name().toLowerCase(Locale.ROOT), seconds);
        }
        return new Cost(
                mean(accounts, account -> seconds(account.ledger().elapsed())),
                regions,
                mean(accounts, RunAccount::steps),
                samplesPerSecond(accounts),
                Figure.of(combine(accounts, RunAccount::cpuUtilisation, false)),
                Figure.of(combine(accounts, RunAccount::peakResidentBytes, true)),
                Figure.of(combine(accounts, RunAccount::processorJoules, false)),
                Figure.of(combine(accounts, RunAccount::hookSeconds, false)),
                accounts.stream().anyMatch(account -> account.attempts() > 1));
    }

    /** All samples over all time of training, so that it agrees with the mean times. */
    private static double samplesPerSecond(List<RunAccount> accounts) {
        double samples = mean(accounts, RunAccount::items);
        return samples / mean(accounts, account -> seconds(account.trainingTime()));
    }

    /** The mean or the largest of readings; absent if one of them is. */
    private static Reading combine(
            List<RunAccount> accounts, Function<RunAccount, Reading> of, boolean largest) {
        double sum = 0;
        double max = Double.NEGATIVE_INFINITY;
        String source = "";
        for (RunAccount account : accounts) {
            switch (of.apply(account)) {
                case Reading.Absent absent -> {
                    return absent;
                }
                case Reading.Measured measured -> {
                    sum += measured.value();
                    max = Math.max(max, measured.value());
                    source = measured.source();
                }
            }
        }
        return Reading.now(largest ? max : sum / accounts.size(), source);
    }

    private static SeedEntry seed(SeedOutcome outcome) {
        return new SeedEntry(
                outcome.seed(), outcome.models().stream().map(Reports::training).toList());
    }

    private static Training training(TrainedModel model) {
        return new Training(
                model.role().label(),
                model.bestEpoch(),
                model.testBest().accuracy(),
                model.testLast().accuracy(),
                model.testBest().loss(),
                model.hasWholeAccount() ? seconds(model.account().ledger().elapsed()) : null,
                model.epochs().stream()
                        .map(
                                epoch ->
                                        new Epoch(
                                                epoch.epoch(),
                                                epoch.trainLoss(),
                                                epoch.validation().orElseThrow().loss(),
                                                epoch.validation().orElseThrow().accuracy()))
                        .toList());
    }

    private static Measuring measuring(SamplerCost cost) {
        OptionalDouble share = cost.shareOfOneCore();
        return new Measuring(
                seconds(cost.cpuTime()),
                share.isPresent() ? share.getAsDouble() : null,
                cost.ticks());
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    private static <T> double mean(List<T> values, ToDoubleFunction<T> of) {
        return values.stream().mapToDouble(of).average().orElseThrow();
    }
}
