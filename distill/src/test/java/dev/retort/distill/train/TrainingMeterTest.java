package dev.retort.distill.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.listener.TrainingListenerAdapter;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.TranslateException;
import ai.djl.util.Progress;

import dev.retort.distill.Networks;
import dev.retort.distill.data.DataSplit;
import dev.retort.distill.data.Digits;
import dev.retort.distill.data.LabelledData;
import dev.retort.efficiency.Ledger;
import dev.retort.efficiency.Outcome;
import dev.retort.efficiency.Precision;
import dev.retort.efficiency.Region;
import dev.retort.efficiency.RunAccount;
import dev.retort.efficiency.RunOptions;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

class TrainingMeterTest {
    private static final int BATCH = MeteredDigits.BATCH;
    private static final int EPOCHS = 2;
    private static final Duration WAIT = Duration.ofMillis(30);

    private final DataSplit data = Digits.load();
    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void countsStepsAndSamplesExactly() throws Exception {
        for (Dataset validation : new Dataset[] {dataset(data.test()), null}) {
            RunAccount account = train(validation, true).account();
            int samples = data.train().size();
            assertEquals("digits", account.name());
            assertEquals((long) EPOCHS * Math.ceilDiv(samples, BATCH), account.steps());
            assertEquals((long) EPOCHS * samples, account.items());
            assertEquals(Map.of(), account.anomalies());
            for (Region region : List.of(Region.INPUT, Region.STEP, Region.UPDATE)) {
                assertTrue(account.ledger().of(region).isPositive(), region.name());
            }
            assertEquals(Duration.ZERO, account.ledger().of(Region.FORWARD));
            assertEquals(Duration.ZERO, account.ledger().of(Region.BACKWARD));
            assertEquals(Outcome.SUCCEEDED, account.outcome());
            assertEquals(account.work(), account.kept());
            assertEquals(account.steps(), account.stepTimes().count());
            // Forward and weight gradients of 64-16-10, and the hidden layer's input gradient.
            double perSample = 2 * 2 * (64 * 16 + 16 * 10) + 2 * 16 * 10;
            assertEquals(
                    Map.of(Precision.FP32, EPOCHS * samples * perSample),
                    account.work().modelFlops());
        }
    }

    @Test
    void withoutAMeasuredDataSetStepsAreCountedToo() throws Exception {
        DefaultTrainingConfig config = MeteredDigits.config();
        TrainingMeter meter =
                TrainingMeter.attach(config, RunOptions.of("digits").tag("team", "a"));
        try (meter;
                Model model = Model.newInstance("digits")) {
            model.setBlock(Networks.mlp(new int[] {16}, 10));
            meter.flopsPerSample(1000);
            try (Trainer trainer = model.newTrainer(config)) {
                trainer.initialize(new Shape(1, 64));
                EasyTrain.fit(trainer, EPOCHS, dataset(data.train()), dataset(data.test()));
            }
        }
        RunAccount account = meter.account();
        assertEquals(Map.of(), account.anomalies());
        assertEquals((long) EPOCHS * data.train().size(), account.items());
        assertEquals(
                Map.of(Precision.FP32, EPOCHS * 1000.0 * data.train().size()),
                account.work().modelFlops());
        assertEquals(Map.of("team", "a"), account.tags());
    }

    @Test
    void whatComesBeforeTheFirstBatchIsSetup() throws Exception {
        DefaultTrainingConfig config = MeteredDigits.config();
        try (TrainingMeter meter = TrainingMeter.attach(config, "digits");
                Model model = Model.newInstance("digits")) {
            waitIf(true);
            Dataset measured = meter.measured(dataset(data.train()));
            model.setBlock(Networks.mlp(new int[] {16}, 10));
            try (Trainer trainer = model.newTrainer(config)) {
                trainer.initialize(new Shape(1, 64));
                waitIf(true);
                Ledger before = meter.account().ledger();
                assertTrue(before.of(Region.SETUP).compareTo(WAIT.multipliedBy(2)) >= 0);
                EasyTrain.fit(trainer, 1, measured, null);
            }
            assertEquals(Map.of(), meter.account().anomalies());
            assertEquals(data.train().size(), meter.account().items());
        }
    }

    @Test
    void withoutAMeasuredDataSetSetupEndsWhereTheTrainerIsMade() throws Exception {
        DefaultTrainingConfig config = MeteredDigits.config();
        try (TrainingMeter meter = TrainingMeter.attach(config, "digits");
                Model model = Model.newInstance("digits")) {
            waitIf(true);
            model.setBlock(Networks.mlp(new int[] {16}, 10));
            try (Trainer trainer = model.newTrainer(config)) {
                Duration setup = meter.account().ledger().of(Region.SETUP);
                assertTrue(setup.compareTo(WAIT) >= 0, setup.toString());
                trainer.initialize(new Shape(1, 64));
                EasyTrain.fit(trainer, 1, dataset(data.train()), null);
                RunAccount account = meter.account();
                assertEquals(setup, account.ledger().of(Region.SETUP));
                assertEquals(Math.ceilDiv(data.train().size(), BATCH), account.steps());
                assertEquals(Map.of(), account.anomalies());
            }
        }
    }

    @Test
    void measuringChangesNoBitOfTheTraining() throws Exception {
        assertEquals(train(null, false).parameters(), train(null, true).parameters());
        Dataset validation = dataset(data.validation());
        assertEquals(train(validation, false).parameters(), train(validation, true).parameters());
    }

    @Test
    void samplesArriveUnchangedAndInOrder() throws Exception {
        Dataset plain = dataset(data.train());
        try (TrainingMeter meter = TrainingMeter.attach(MeteredDigits.config(), "digits")) {
            Dataset measured = meter.measured(plain);
            measured.prepare(null);
            Iterator<Batch> expected = plain.getData(manager).iterator();
            int batches = 0;
            for (Batch batch : measured.getData(manager)) {
                try (batch;
                        Batch other = expected.next()) {
                    assertEquals(other.getSize(), batch.getSize());
                    assertSameList(other.getData(), batch.getData());
                    assertSameList(other.getLabels(), batch.getLabels());
                }
                batches++;
            }
            assertEquals(Math.ceilDiv(data.train().size(), BATCH), batches);
        }
    }

    @Test
    void everyWaitIsBookedWhereItHappens() throws Exception {
        // Only the parts that wait can hold the waits: a lower bound does not depend on the
        // machine.
        assertTrue(waited(Region.INPUT).compareTo(WAIT) >= 0, "input");
        assertTrue(waited(Region.STEP).compareTo(WAIT) >= 0, "step");
        assertTrue(waited(Region.UPDATE).compareTo(WAIT) >= 0, "update");
        assertTrue(waited(Region.EVALUATION).compareTo(WAIT) >= 0, "evaluation");
        assertTrue(waited(Region.OTHER).compareTo(WAIT) >= 0, "other");
    }

    @Test
    void validatingOnTheMeasuredDataSetIsEvaluation() throws Exception {
        DefaultTrainingConfig config = MeteredDigits.config();
        try (TrainingMeter meter = TrainingMeter.attach(config, "digits");
                Model model = Model.newInstance("digits")) {
            model.setBlock(Networks.mlp(new int[] {16}, 10));
            try (Trainer trainer = model.newTrainer(config)) {
                trainer.initialize(new Shape(1, 64));
                Dataset train = meter.measured(dataset(data.train()));
                Dataset slow = meter.measured(new Slow(dataset(data.validation())));
                EasyTrain.fit(trainer, 1, train, slow);
            }
            RunAccount account = meter.account();
            assertTrue(account.ledger().of(Region.EVALUATION).compareTo(WAIT) >= 0);
            assertEquals(data.train().size(), account.items());
        }
    }

    @Test
    void theAccountStandsStillAfterClose() throws Exception {
        TrainingMeter meter = TrainingMeter.attach(MeteredDigits.config(), "digits");
        meter.close();
        RunAccount account = meter.account();
        LockSupport.parkNanos(1_000_000);
        assertEquals(account, meter.account());
        assertEquals(0, account.steps());
    }

    private record Trained(List<Number> parameters, RunAccount account) {}

    private Trained train(@Nullable Dataset validation, boolean measured) throws Exception {
        manager.getEngine().setRandomSeed(3);
        DefaultTrainingConfig config = MeteredDigits.config();
        TrainingMeter meter =
                TrainingMeter.attach(measured ? config : MeteredDigits.config(), "digits");
        List<Number> parameters;
        try (meter;
                Model model = Model.newInstance("digits")) {
            model.setBlock(Networks.mlp(new int[] {16}, 10));
            Dataset train = dataset(data.train());
            try (Trainer trainer = model.newTrainer(config)) {
                trainer.initialize(new Shape(1, 64));
                EasyTrain.fit(
                        trainer, EPOCHS, measured ? meter.measured(train) : train, validation);
            }
            NDArray weights = model.getBlock().getParameters().get(0).getValue().getArray();
            parameters = List.of(weights.toArray());
        }
        return new Trained(parameters, meter.account());
    }

    /** Trains on one batch, waits in one place, and says what the region of that place got. */
    private Duration waited(Region place) throws Exception {
        LabelledData few = data.train().select(new int[] {0, 1, 2, 3});
        Loss loss =
                new Loss("slow") {
                    @Override
                    public NDArray evaluate(NDList labels, NDList predictions) {
                        waitIf(place == Region.STEP);
                        return Loss.softmaxCrossEntropyLoss().evaluate(labels, predictions);
                    }
                };
        Tracker rate =
                _ -> {
                    waitIf(place == Region.UPDATE);
                    return 0.01f;
                };
        DefaultTrainingConfig config =
                new DefaultTrainingConfig(loss)
                        .optOptimizer(Optimizer.sgd().setLearningRateTracker(rate).build());
        try (TrainingMeter meter = TrainingMeter.attach(config, "digits");
                Model model = Model.newInstance("digits")) {
            config.addTrainingListeners(
                    new TrainingListenerAdapter() {
                        @Override
                        public void onEpoch(Trainer trainer) {
                            waitIf(place == Region.OTHER);
                        }
                    });
            model.setBlock(Networks.mlp(new int[] {4}, 10));
            Dataset train = dataset(few);
            Dataset validation = dataset(few);
            try (Trainer trainer = model.newTrainer(config)) {
                trainer.initialize(new Shape(1, 64));
                EasyTrain.fit(
                        trainer,
                        1,
                        meter.measured(place == Region.INPUT ? new Slow(train) : train),
                        place == Region.EVALUATION ? new Slow(validation) : validation);
            }
            return meter.account().ledger().of(place);
        }
    }

    private static void waitIf(boolean here) {
        long end = System.nanoTime() + WAIT.toNanos();
        while (here && System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    /** Waits before each batch. */
    private record Slow(Dataset dataset) implements Dataset {
        @Override
        public Iterable<Batch> getData(NDManager manager) throws IOException, TranslateException {
            Iterable<Batch> batches = dataset.getData(manager);
            return () -> {
                Iterator<Batch> iterator = batches.iterator();
                return new Iterator<>() {
                    @Override
                    public boolean hasNext() {
                        return iterator.hasNext();
                    }

                    @Override
                    public Batch next() {
                        waitIf(true);
                        return iterator.next();
                    }
                };
            };
        }

        @Override
        public void prepare(@Nullable Progress progress) throws IOException, TranslateException {
            dataset.prepare(progress);
        }
    }

    private static void assertSameList(NDList expected, NDList found) {
        assertEquals(expected.size(), found.size());
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.get(i), found.get(i));
        }
    }

    private Dataset dataset(LabelledData part) {
        return MeteredDigits.dataset(part, manager);
    }
}
