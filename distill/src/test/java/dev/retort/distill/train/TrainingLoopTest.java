package dev.retort.distill.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.loss.Loss;

import dev.retort.device.counters.Counter;
import dev.retort.device.counters.CpuCounters;
import dev.retort.distill.Networks;
import dev.retort.distill.data.DataSplit;
import dev.retort.distill.data.Digits;
import dev.retort.distill.data.LabelledData;
import dev.retort.distill.loss.Objective;
import dev.retort.distill.train.TrainingObserver.Progress;
import dev.retort.efficiency.Region;
import dev.retort.efficiency.RunAccount;
import dev.retort.efficiency.RunMeter;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

class TrainingLoopTest {
    private static final TrainingPlan PLAN = TrainingPlan.of(4, 32, 1e-2f);

    private final DataSplit data = Digits.load();
    private final NDManager manager = NDManager.newBaseManager();
    private final BatchSource validation = source(data.validation(), 64);

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void sameSeedGivesTheSameLossesBitForBit() {
        List<EpochRecord> first = train(PLAN, 5).epochs();
        List<EpochRecord> second = train(PLAN, 5).epochs();
        List<EpochRecord> other = train(PLAN, 6).epochs();
        for (int i = 0; i < PLAN.epochs(); i++) {
            assertEquals(first.get(i).trainLoss(), second.get(i).trainLoss());
            assertEquals(first.get(i).validation(), second.get(i).validation());
            assertNotEquals(first.get(i).trainLoss(), other.get(i).trainLoss());
        }
    }

    @Test
    void givesTheSameOnAThreadThatDidNotLoadTheEngine() throws InterruptedException {
        List<EpochRecord> here = train(PLAN, 5).epochs();
        List<EpochRecord> there = new ArrayList<>();
        Thread thread = new Thread(() -> there.addAll(train(PLAN, 5).epochs()));
        thread.start();
        thread.join();
        assertEquals(here.size(), there.size());
        for (int i = 0; i < here.size(); i++) {
            assertEquals(here.get(i).trainLoss(), there.get(i).trainLoss());
            assertEquals(here.get(i).validation(), there.get(i).validation());
        }
    }

    @Test
    void learns() {
        List<EpochRecord> epochs = train(PLAN.withEpochs(15), 1).epochs();
        assertTrue(epochs.getLast().validation().orElseThrow().accuracy() > 0.9);
        assertTrue(epochs.getLast().trainLoss() < 0.2 * epochs.getFirst().trainLoss());
    }

    @Test
    void bestEpochIsTheOneWithTheLowestValidationLossAndIsRestored() {
        try (Model model = model(3);
                RunMeter meter = RunMeter.open("test");
                TrainingResult result = fit(model, PLAN.withEpochs(12), 3, meter, observed())) {
            EpochRecord best = result.epochs().get(result.bestEpoch() - 1);
            for (EpochRecord epoch : result.epochs()) {
                assertTrue(
                        best.validation().orElseThrow().loss()
                                <= epoch.validation().orElseThrow().loss());
            }
            result.restoreBest(model.getBlock());
            assertEquals(
                    best.validation().orElseThrow(),
                    Evaluation.of(model.getBlock(), validation, manager));
        }
    }

    @Test
    void stopsAfterThePatienceIsOver() {
        // A learning rate this high makes validation worse soon.
        TrainingPlan plan =
                TrainingPlan.of(100, 32, 1).withLearningRate(LearningRate.constant(0.05f));
        try (TrainingResult result = train(plan.withPatience(3), 2)) {
            int epochs = result.epochs().size();
            assertTrue(epochs < 100, "ran all epochs");
            assertEquals(result.bestEpoch() + 3, epochs);
        }
    }

    @Test
    void readsTheLossOnceInManySteps() {
        int steps = Math.toIntExact(source(data.train(), 32).batches());
        List<Progress> seen = new ArrayList<>();
        TrainingObserver observer =
                new TrainingObserver() {
                    @Override
                    public void progressed(Progress progress) {
                        seen.add(progress);
                    }
                };
        try (Model model = model(1);
                RunMeter meter = RunMeter.open("test");
                TrainingResult result = fit(model, PLAN.withEpochs(2), 1, meter, observer)) {
            long expected = 2L * Math.ceilDiv(steps, PLAN.readEvery());
            assertEquals(expected, result.lossReads());
            assertEquals(expected, seen.size());
            Progress last = seen.getLast();
            assertEquals(2L * steps, last.step());
            assertEquals(last.totalSteps(), last.step());
            assertEquals(2L * data.train().size(), last.samples());
        }
    }

    @Test
    void accountSumsToTheWholeAndNamesEveryRegion() {
        try (Model model = model(1);
                RunMeter meter = RunMeter.open("test");
                TrainingResult result = fit(model, PLAN, 1, meter, observed())) {
            RunAccount account = meter.finish();
            Duration sum = Duration.ZERO;
            for (Region region : Region.standard()) {
                sum = sum.plus(account.ledger().of(region));
            }
            assertEquals(account.ledger().elapsed(), sum);
            for (Region region :
                    List.of(
                            Region.INPUT,
                            Region.FORWARD,
                            Region.BACKWARD,
                            Region.UPDATE,
                            Region.EVALUATION)) {
                assertTrue(account.ledger().of(region).isPositive(), region.name());
            }
            assertEquals(Duration.ZERO, account.ledger().of(Region.STEP));
            assertEquals(4L * data.train().size(), account.items());
            assertEquals(4L * source(data.train(), 32).batches(), account.steps());
            assertTrue(account.anomalies().values().stream().allMatch(count -> count == 0));
            assertEquals(4, result.epochs().size());
        }
    }

    @Test
    void saysWhenTheLossIsNoNumberAnyMore() {
        TrainingPlan plan =
                PLAN.withLearningRate(LearningRate.constant(1e30f))
                        .withClipNorm(Double.POSITIVE_INFINITY);
        TrainingDivergedException error =
                assertThrows(TrainingDivergedException.class, () -> train(plan, 1));
        assertTrue(
                String.valueOf(error.getMessage())
                        .matches(
                                "the training loss became \\S+ in step \\d+ \\(mini-batch \\d+ of"
                                        + " epoch 1, samples \\d+(, \\d+){4}, \\.\\.\\.\\); .*"),
                error.getMessage());
    }

    @Test
    void saysWhenTheValidationLossIsNoNumber() {
        // One step: its loss is finite, the parameters after it are not of use.
        TrainingPlan plan =
                TrainingPlan.of(1, data.train().size(), 1)
                        .withLearningRate(LearningRate.constant(1e30f));
        TrainingDivergedException error =
                assertThrows(TrainingDivergedException.class, () -> train(plan, 1));
        assertEquals(
                "the validation loss became NaN after epoch 1; a lower learning rate or a smaller"
                        + " gradient norm may help",
                error.getMessage());
    }

    @Test
    void refusesAModelWithNothingToTrain() {
        try (Model model = model(1);
                RunMeter meter = RunMeter.open("test")) {
            model.getBlock().freezeParameters(true);
            IllegalArgumentException error =
                    assertThrows(
                            IllegalArgumentException.class,
                            () -> fit(model, PLAN, 1, meter, observed()));
            assertEquals("expected a parameter to train, all are frozen", error.getMessage());
        }
    }

    @Test
    void memoryIsFlatOverTwoThousandSteps() {
        // Wide enough that what one step might leak, times the steps of an epoch, is in the MiB.
        int rows = 1152;
        int width = 1024;
        NDArray features = manager.randomNormal(new Shape(rows, width));
        NDList labels =
                new NDList(manager.arange(rows).mod(10), manager.randomNormal(new Shape(rows, 10)));
        TrainingPlan plan = TrainingPlan.of(60, 32, 1e-3f);
        List<Integer> arrays = new ArrayList<>();
        List<Double> allocated = new ArrayList<>();
        List<Double> resident = new ArrayList<>();
        try (Model model = model(1, width, 64);
                RunMeter meter = RunMeter.open("test");
                Adam adam = new Adam(plan.learningRate().over(60 * 36), 0, manager);
                TrainingResult result =
                        new TrainingLoop(
                                        model,
                                        Objective.hinton(4, 0.9).over(1, null),
                                        adam,
                                        plan,
                                        meter,
                                        new TrainingObserver() {
                                            @Override
                                            public void epochEnded(EpochRecord epoch) {
                                                System.gc();
                                                arrays.add(liveArrays(model) + liveArrays(manager));
                                                allocated.add(CMemory.allocatedMebibytes());
                                                resident.add(residentMebibytes());
                                            }
                                        })
                                .fit(
                                        TensorSource.shuffled(features, labels, 32, 1),
                                        TensorSource.ordered(features, labels, 64))) {
            assertTrue(meter.finish().steps() >= 2000);
            assertEquals(60, result.epochs().size());
        }
        // The snapshot of the best epoch is made in the first epoch and replaced later.
        for (int count : arrays.subList(1, arrays.size())) {
            assertEquals(arrays.get(1), count);
        }
        // A leaked mini-batch of 128 KiB a step is 4.5 MiB an epoch, leaked gradients of 259 KiB
        // are 9.1 MiB.
        assertTrue(CMemory.usualGrowth(allocated) < 1, "allocated MiB by epoch: " + allocated);
        assertTrue(CMemory.usualGrowth(resident) < 1, "resident MiB by epoch: " + resident);
    }

    private static int liveArrays(Model model) {
        return liveArrays(model.getNDManager());
    }

    private static int liveArrays(NDManager manager) {
        return manager.getManagedArrays().size();
    }

    private static double residentMebibytes() {
        try (CpuCounters counters = CpuCounters.host()) {
            return counters.read(Counter.RESIDENT_MEMORY).ifMeasured().orElseThrow() / (1 << 20);
        }
    }

    private static TrainingObserver observed() {
        return TrainingObserver.NONE;
    }

    private TrainingResult train(TrainingPlan plan, long seed) {
        try (Model model = model(seed);
                RunMeter meter = RunMeter.open("test")) {
            return fit(model, plan, seed, meter, TrainingObserver.NONE);
        }
    }

    private TrainingResult fit(
            Model model, TrainingPlan plan, long seed, RunMeter meter, TrainingObserver observer) {
        NDList labels = new NDList(data.train().labels(manager));
        return fit(model, Loss.softmaxCrossEntropyLoss(), labels, plan, seed, meter, observer);
    }

    private TrainingResult fit(
            Model model,
            Loss loss,
            NDList labels,
            TrainingPlan plan,
            long seed,
            RunMeter meter,
            TrainingObserver observer) {
        BatchSource source =
                TensorSource.shuffled(
                        data.train().features(manager), labels, plan.batchSize(), seed);
        try (Adam adam =
                new Adam(
                        plan.learningRate().over(plan.epochs() * source.batches()),
                        plan.weightDecay(),
                        manager)) {
            return new TrainingLoop(model, loss, adam, plan, meter, observer)
                    .fit(source, validation);
        }
    }

    private BatchSource source(LabelledData part, int batchSize) {
        return TensorSource.ordered(
                part.features(manager), new NDList(part.labels(manager)), batchSize);
    }

    private Model model(long seed) {
        return model(seed, 64, 16);
    }

    private Model model(long seed, int features, int hidden) {
        Model model = Model.newInstance("student");
        manager.getEngine().setRandomSeed(Math.toIntExact(seed));
        Block block = Networks.mlp(new int[] {hidden}, 10);
        block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, features));
        model.setBlock(block);
        return model;
    }
}
