package dev.retort.distill.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
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
import ai.djl.training.loss.Loss;
import ai.djl.translate.TranslateException;
import ai.djl.util.Progress;

import dev.retort.distill.Networks;
import dev.retort.distill.data.DataSplit;
import dev.retort.distill.data.Digits;
import dev.retort.efficiency.Bucket;
import dev.retort.efficiency.Failure;
import dev.retort.efficiency.FailureClass;
import dev.retort.efficiency.Outcome;
import dev.retort.efficiency.RunAccount;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** A training that breaks off is told by its class, and is no success. */
class TrainingMeterFailureTest {
    private final DataSplit data = Digits.load();
    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void aTrainingThatBreaksOffIsNoSuccess() throws Exception {
        int[] left = {3};
        Loss loss =
                new Loss("breaking") {
                    @Override
                    public NDArray evaluate(NDList labels, NDList predictions) {
                        if (--left[0] < 0) {
                            throw new IllegalStateException("out of memory");
                        }
                        return Loss.softmaxCrossEntropyLoss().evaluate(labels, predictions);
                    }
                };
        DefaultTrainingConfig config = new DefaultTrainingConfig(loss);
        TrainingMeter meter = TrainingMeter.attach(config, "digits");
        try (meter;
                Model model = Model.newInstance("digits")) {
            model.setBlock(Networks.mlp(new int[] {16}, 10));
            try (Trainer trainer = model.newTrainer(config)) {
                trainer.initialize(new Shape(1, 64));
                Dataset measured = meter.measured(MeteredDigits.dataset(data.train(), manager));
                assertThrows(
                        IllegalStateException.class,
                        () -> EasyTrain.fit(trainer, 1, measured, null));
            }
        }
        assertEquals(Outcome.FAILED, meter.account().outcome());
        assertEquals(0, meter.account().kept().steps());
        assertTrue(meter.account().ledger().of(Bucket.DISCARDED_RUN).isPositive());
    }

    @Test
    void aFailureHasItsClassAndEndsTheRunOnce() throws Exception {
        DefaultTrainingConfig config = MeteredDigits.config();
        TrainingMeter meter = TrainingMeter.attach(config, "digits");
        try (meter;
                Model model = Model.newInstance("digits")) {
            model.setBlock(Networks.mlp(new int[] {16}, 10));
            Dataset measured =
                    meter.measured(new Breaking(MeteredDigits.dataset(data.train(), manager), 3));
            try (Trainer trainer = model.newTrainer(config)) {
                trainer.initialize(new Shape(1, 64));
                meter.failure(FailureClass.NUMERIC, "the loss was not a number");
                IllegalStateException thrown =
                        assertThrows(
                                IllegalStateException.class,
                                () -> EasyTrain.fit(trainer, 1, measured, null));
                RunAccount account =
                        meter.fail(
                                FailureClass.INFRASTRUCTURE, String.valueOf(thrown.getMessage()));
                assertEquals(Outcome.FAILED, account.outcome());
            }
        }
        RunAccount account = meter.account();
        assertEquals(Outcome.FAILED, account.outcome(), "closing changes nothing");
        assertEquals(
                List.of(FailureClass.NUMERIC, FailureClass.INFRASTRUCTURE),
                account.failures().stream().map(Failure::kind).toList());
        assertEquals("the share is gone", account.failures().getLast().message());
        assertEquals(3, account.failures().getLast().step());
        assertEquals(3, account.steps());
        assertEquals(Map.of(), account.anomalies(), "nothing was left open");
        // The first end decides.
        assertEquals(account, meter.fail(FailureClass.HANG, "too late"));
        TrainingMeter closed = TrainingMeter.attach(MeteredDigits.config(), "closed");
        closed.close();
        closed.fail(FailureClass.HANG, "too late");
        assertEquals(Outcome.FAILED, closed.account().outcome(), "no epoch has ended");
        assertEquals(List.of(), closed.account().failures());
    }

    /** The example of the documentation. */
    @Test
    void whoCatchesWhatTrainingThrowsSaysSoBeforeTheMeterIsClosed() throws Exception {
        for (boolean breaks : new boolean[] {true, false}) {
            DefaultTrainingConfig config = MeteredDigits.config();
            TrainingMeter meter = TrainingMeter.attach(config, "digits");
            try (Model model = Model.newInstance("digits")) {
                model.setBlock(Networks.mlp(new int[] {16}, 10));
                Dataset train = MeteredDigits.dataset(data.train(), manager);
                Dataset measured = meter.measured(breaks ? new Breaking(train, 3) : train);
                try (Trainer trainer = model.newTrainer(config)) {
                    trainer.initialize(new Shape(1, 64));
                    Dataset validation = MeteredDigits.dataset(data.validation(), manager);
                    if (breaks) {
                        assertThrows(
                                IllegalStateException.class,
                                () -> MeterSnippets.train(meter, trainer, 1, measured, validation));
                    } else {
                        MeterSnippets.train(meter, trainer, 1, measured, validation);
                    }
                }
            }
            RunAccount account = meter.account();
            assertEquals(breaks ? Outcome.FAILED : Outcome.SUCCEEDED, account.outcome());
            assertEquals(
                    breaks ? List.of("the share is gone") : List.of(),
                    account.failures().stream().map(Failure::message).toList());
        }
    }

    @Test
    void aTrainingThatNeverCameToAnEpochIsNoSuccess() {
        DefaultTrainingConfig config = MeteredDigits.config();
        TrainingMeter meter = TrainingMeter.attach(config, "digits");
        assertThrows(
                IllegalStateException.class,
                () -> {
                    try (meter;
                            Model model = Model.newInstance("digits")) {
                        model.setBlock(Networks.mlp(new int[] {16}, 10));
                        try (Trainer trainer = model.newTrainer(config)) {
                            throw new IllegalStateException("no room for " + trainer);
                        }
                    }
                });
        assertEquals(Outcome.FAILED, meter.account().outcome());
    }

    @Test
    void anExceptionWithoutAMessageIsToldByItsClass() {
        TrainingMeter meter = TrainingMeter.attach(MeteredDigits.config(), "digits");
        RunAccount account = meter.fail(FailureClass.USER_CODE, new IllegalStateException());
        assertEquals("java.lang.IllegalStateException", account.failures().getFirst().message());
        TrainingMeter other = TrainingMeter.attach(MeteredDigits.config(), "digits");
        String none = new IllegalStateException().getMessage();
        other.failure(FailureClass.NUMERIC, none);
        assertEquals(2, other.fail(FailureClass.USER_CODE, none).failures().size());
    }

    /** A data set whose storage is taken away after some batches. */
    private record Breaking(Dataset dataset, int batches) implements Dataset {
        @Override
        public Iterable<Batch> getData(NDManager manager) throws IOException, TranslateException {
            Iterator<Batch> all = dataset.getData(manager).iterator();
            int[] left = {batches};
            return () ->
                    new Iterator<>() {
                        @Override
                        public boolean hasNext() {
                            return all.hasNext();
                        }

                        @Override
                        public Batch next() {
                            if (--left[0] < 0) {
                                throw new IllegalStateException("the share is gone");
                            }
                            return all.next();
                        }
                    };
        }

        @Override
        public void prepare(@Nullable Progress progress) throws IOException, TranslateException {
            dataset.prepare(progress);
        }
    }
}
