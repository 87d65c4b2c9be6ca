package dev.retort.distill.report;

import ai.djl.ndarray.types.Shape;

import dev.retort.device.Reading;
import dev.retort.device.sampling.CpuUsage;
import dev.retort.device.sampling.SamplerCost;
import dev.retort.distill.Calibration;
import dev.retort.distill.ClassResult;
import dev.retort.distill.DistillationTask;
import dev.retort.distill.InferenceLatency;
import dev.retort.distill.ModelCost;
import dev.retort.distill.Networks;
import dev.retort.distill.PairedDifference;
import dev.retort.distill.Prices;
import dev.retort.distill.Role;
import dev.retort.distill.SeedOutcome;
import dev.retort.distill.StudyResult;
import dev.retort.distill.TestDetail;
import dev.retort.distill.TrainedModel;
import dev.retort.distill.data.DataSplit;
import dev.retort.distill.data.LabelledData;
import dev.retort.distill.flops.FlopCount;
import dev.retort.distill.train.EpochRecord;
import dev.retort.distill.train.Evaluation;
import dev.retort.distill.train.LearningRate;
import dev.retort.distill.train.TrainingPlan;
import dev.retort.efficiency.Anomaly;
import dev.retort.efficiency.HookCost;
import dev.retort.efficiency.Ledger;
import dev.retort.efficiency.Outcome;
import dev.retort.efficiency.Region;
import dev.retort.efficiency.RunAccount;
import dev.retort.efficiency.Spending;
import dev.retort.efficiency.Spending.Part;
import dev.retort.efficiency.StepTimes;
import dev.retort.efficiency.Work;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Results of studies that were never run. */
final class Studies {
    static final Instant CREATED = Instant.parse("2026-02-03T04:05:06.789Z");
    static final Reading NO_ENERGY = new Reading.Absent("no RAPL zone under <sysfs> & co.");

    private Studies() {}

    static ReportDocument report(int seeds, Reading joules) {
        return Reports.of(result("digits", "made up", seeds, joules), CREATED);
    }

    static StudyResult result(String data, String source, int seeds, Reading joules) {
        ModelCost teacher = cost(19_210, joules);
        ModelCost student = cost(1_210, joules);
        return new StudyResult(
                task(data, source),
                IntStream.rangeClosed(1, seeds).mapToObj(seed -> seed(40 + seed, joules)).toList(),
                teacher,
                student,
                new SamplerCost(
                        Duration.ofMillis(3), Duration.ZERO, 100, Duration.ofSeconds(10), 1),
                PairedDifference.DEFAULT_MARGIN,
                Prices.NONE);
    }

    /** A study whose distilled students were saved meanwhile, for a quarter of a second each. */
    static StudyResult checkpointed(int seeds) {
        return changed(
                seeds,
                NO_ENERGY,
                _ -> account(NO_ENERGY, Map.of(Region.CHECKPOINT_SAVE, 250_000_000L)));
    }

    /** A study whose distilled students were each trained by two processes. */
    static StudyResult resumed(int seeds, Reading joules) {
        return changed(seeds, joules, account -> resumed(account, Map.of(), Map.of()));
    }

    /** A study with other accounts of its distilled students, seed by seed. */
    static StudyResult changed(int seeds, Reading joules, UnaryOperator<RunAccount> change) {
        StudyResult plain = result("digits", "made up", seeds, joules);
        return new StudyResult(
                plain.task(),
                plain.seeds().stream().map(seed -> changed(seed, change)).toList(),
                plain.teacherCost(),
                plain.studentCost(),
                plain.samplerCost(),
                plain.margin(),
                plain.prices());
    }

    private static SeedOutcome changed(SeedOutcome seed, UnaryOperator<RunAccount> change) {
        TrainedModel model = seed.studentDistilled();
        return new SeedOutcome(
                seed.seed(),
                seed.teacher(),
                seed.studentAlone(),
                new TrainedModel(
                        model.role(),
                        model.epochs(),
                        model.bestEpoch(),
                        model.testBest(),
                        model.testLast(),
                        model.testDetail(),
                        change.apply(model.account())),
                seed.softLabels(),
                seed.agreementAlone(),
                seed.agreementDistilled());
    }

    /**
     * The account of two processes, the first of which was killed and told a second alone of the
     * four; with more time and with anomalies.
     */
    static RunAccount resumed(
            RunAccount one, Map<Region, Long> more, Map<Anomaly, Long> anomalies) {
        return new RunAccount(
                one.name(),
                one.tags(),
                one.outcome(),
                2,
                ledger(more),
                one.work(),
                one.kept(),
                one.lost(),
                one.stepTimes(),
                one.jvm(),
                one.cpu(),
                one.failures(),
                anomalies,
                one.hookCost(),
                spending(Duration.ofSeconds(1)));
    }

    /** What was measured in a part of the time: 8 J and 6 s of the processors, 400 MiB. */
    static Spending spending(Duration covered) {
        Part joules = new Part(8, covered);
        return new Spending(
                Optional.of(new Part(6, covered)),
                Optional.of(new Part(2 * covered.toSeconds(), covered)),
                Optional.of(new Part(400 << 20, covered)),
                Optional.empty(),
                Map.of("cpu PACKAGES", joules));
    }

    private static DistillationTask task(String name, String source) {
        LabelledData samples =
                new LabelledData(new byte[] {1, 2, 3, 4}, 4, new Shape(2), new int[] {0, 1}, 2);
        return new DistillationTask(
                new DataSplit(name, samples, samples, samples, source),
                () -> Networks.mlp(new int[] {4}, 2),
                () -> Networks.mlp(new int[] {2}, 2),
                TrainingPlan.of(3, 2, 0.1f),
                TrainingPlan.of(5, 2, 0.1f)
                        .withLearningRate(LearningRate.constant(0.3f))
                        .withClipNorm(Double.POSITIVE_INFINITY),
                4,
                0.9,
                OptionalInt.of(2));
    }

    private static ModelCost cost(long parameters, Reading joules) {
        return new ModelCost(
                List.of("Linear(1, 2) -> (1, 2)"),
                parameters,
                4 * parameters,
                new FlopCount.Counted(2 * parameters, 4 * parameters),
                // A pass takes the more the larger the network is.
                joules instanceof Reading.Measured(double value, String source, long _)
                        ? Reading.now(value * parameters / 1e9, source)
                        : joules,
                List.of(latency(1, 18_250, 25_000), latency(32, 90_000, 99_000)));
    }

    private static InferenceLatency latency(int batch, int p50, int p95) {
        Duration percentile = Duration.ofNanos(p95);
        return new InferenceLatency(
                batch, Duration.ofNanos(p50), percentile, percentile, percentile, 9);
    }

    private static SeedOutcome seed(long seed, Reading joules) {
        return new SeedOutcome(
                seed,
                model(Role.TEACHER, 0.97 + seed / 1e4, joules),
                model(Role.STUDENT_ALONE, 0.91 + seed / 1e5, joules),
                model(Role.STUDENT_DISTILLED, 0.95 + seed / 1e4, joules),
                account(joules),
                0.9,
                0.95);
    }

    private static TrainedModel model(Role role, double accuracy, Reading joules) {
        List<EpochRecord> epochs =
                IntStream.rangeClosed(1, 3)
                        .mapToObj(
                                epoch ->
                                        new EpochRecord(
                                                epoch,
                                                2.0 / epoch,
                                                Optional.of(
                                                        new Evaluation(
                                                                1.5 / epoch, 0.3 * epoch, 180)),
                                                Duration.ofMillis(epoch)))
                        .toList();
        return new TrainedModel(
                role,
                epochs,
                2,
                new Evaluation(0.2, accuracy, 450),
                new Evaluation(0.3, accuracy - 0.01, 450),
                new TestDetail(
                        new Calibration(0.02, 0.1, 0.2),
                        List.of(new ClassResult(400, 380), new ClassResult(50, 20))),
                account(joules));
    }

    private static RunAccount account(Reading joules) {
        return account(joules, Map.of());
    }

    /** Times that no decimal fraction of a second holds exactly. */
    private static Ledger ledger(Map<Region, Long> more) {
        Map<Region, Long> nanos = new HashMap<>();
        nanos.put(Region.INPUT, 100_000_001L);
        nanos.put(Region.FORWARD, 1_333_333_333L);
        nanos.put(Region.BACKWARD, 1_777_777_777L);
        nanos.put(Region.UPDATE, 666_666_667L);
        nanos.put(Region.EVALUATION, 123_456_789L);
        nanos.put(Region.OTHER, 7L);
        nanos.putAll(more);
        return Ledger.of(nanos);
    }

    private static RunAccount account(Reading joules, Map<Region, Long> more) {
        Ledger ledger = ledger(more);
        Work work = new Work(111, 3501, 0, 0, Map.of(), Map.of());
        return new RunAccount(
                "made up",
                Map.of(),
                Outcome.SUCCEEDED,
                1,
                ledger,
                work,
                work,
                Work.NONE,
                StepTimes.NONE,
                Optional.empty(),
                new CpuUsage(
                        ledger.elapsed(),
                        2,
                        Reading.now(4, "cpu clock"),
                        Reading.now(300 << 20, "VmRSS"),
                        joules),
                List.of(),
                Map.of(),
                new HookCost(999, Duration.ofNanos(40_000)),
                Spending.NONE);
    }
}
