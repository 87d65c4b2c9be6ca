package dev.retort.distill.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.loss.Loss;
import ai.djl.translate.TranslateException;
import ai.djl.util.Progress;

import dev.retort.distill.Networks;
import dev.retort.distill.data.DataSplit;
import dev.retort.distill.data.Digits;
import dev.retort.efficiency.RunMeter;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

class BatchSourceTest {
    private static final int BATCH = 32;

    private final DataSplit data = Digits.load();
    private final NDManager manager = NDManager.newBaseManager();
    private final NDArray features = data.train().features(manager);
    private final NDArray labels = data.train().labels(manager);

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void aDataSetOfDjlTrainsBitForBitLikeItsTensors() {
        assertEquals(
                losses(TensorSource.ordered(features, new NDList(labels), BATCH)),
                losses(datasetSource()));
    }

    @Test
    void aPassGivesTheSamplesOfTheDataSetInItsOrder() {
        BatchSource source = datasetSource();
        for (int epoch = 1; epoch <= 2; epoch++) {
            int samples = 0;
            long batches = 0;
            try (BatchSource.Pass pass = source.pass(manager, epoch)) {
                while (true) {
                    try (NDManager step = manager.newSubManager()) {
                        Minibatch batch = pass.next(step);
                        if (batch == null) {
                            break;
                        }
                        batches++;
                        for (long label : batch.labels().head().toLongArray()) {
                            assertEquals(data.train().label(samples++), label);
                        }
                        assertEquals(batch.size(), batch.data().head().size(0));
                        assertSame(step, batch.data().head().getManager());
                        assertSame(step, batch.labels().head().getManager());
                    }
                }
            }
            assertEquals(data.train().size(), samples);
            assertEquals(source.batches(), batches);
        }
    }

    @Test
    void trainingLeavesNothingBehind() {
        BatchSource source = datasetSource();
        List<Integer> live = new ArrayList<>();
        try (Model model = model();
                Adam adam = new Adam(LearningRate.constant(0.01f).over(1), 0, manager);
                RunMeter meter = RunMeter.open("test");
                TrainingResult result =
                        new TrainingLoop(
                                        model,
                                        Loss.softmaxCrossEntropyLoss(),
                                        adam,
                                        TrainingPlan.of(5, BATCH, 1),
                                        meter,
                                        new TrainingObserver() {
                                            @Override
                                            public void epochEnded(EpochRecord epoch) {
                                                live.add(
                                                        manager.getManagedArrays().size()
                                                                + model.getNDManager()
                                                                        .getManagedArrays()
                                                                        .size());
                                            }
                                        })
                                .fit(source, null)) {
            assertEquals(5, result.epochs().size());
        }
        for (int count : live) {
            assertEquals(live.getFirst(), count);
        }
    }

    @Test
    void anIterationThatCannotBeginSaysWhy() {
        IOException unreadable = new IOException("disk on fire");
        UncheckedIOException io =
                assertThrows(
                        UncheckedIOException.class,
                        () -> BatchSource.of(new Failing(unreadable, null), 1).pass(manager, 1));
        assertSame(unreadable, io.getCause());
        TranslateException untranslatable = new TranslateException("no such word");
        IllegalArgumentException argument =
                assertThrows(
                        IllegalArgumentException.class,
                        () ->
                                BatchSource.of(new Failing(null, untranslatable), 1)
                                        .pass(manager, 1));
        assertEquals("the data set cannot be iterated", argument.getMessage());
        assertInstanceOf(TranslateException.class, argument.getCause());
    }

    private record Failing(@Nullable IOException io, @Nullable TranslateException translate)
            implements Dataset {
        @Override
        public Iterable<Batch> getData(NDManager manager) throws IOException, TranslateException {
            if (io != null) {
                throw io;
            }
            if (translate != null) {
                throw translate;
            }
            return List.of();
        }

        @Override
        public void prepare(@Nullable Progress progress) {}
    }

    private List<Double> losses(BatchSource source) {
        try (Model model = model();
                Adam adam = new Adam(LearningRate.constant(0.01f).over(1), 0, manager);
                RunMeter meter = RunMeter.open("test");
                TrainingResult result =
                        new TrainingLoop(
                                        model,
                                        Loss.softmaxCrossEntropyLoss(),
                                        adam,
                                        TrainingPlan.of(3, BATCH, 1),
                                        meter,
                                        TrainingObserver.NONE)
                                .fit(source, null)) {
            return result.epochs().stream().map(EpochRecord::trainLoss).toList();
        }
    }

    private BatchSource datasetSource() {
        Dataset dataset =
                new ArrayDataset.Builder()
                        .setData(features)
                        .optLabels(labels)
                        .setSampling(BATCH, false)
                        .build();
        return BatchSource.of(dataset, Math.ceilDiv(data.train().size(), BATCH));
    }

    private Model model() {
        Model model = Model.newInstance("student");
        manager.getEngine().setRandomSeed(1);
        Block block = Networks.mlp(new int[] {16}, 10);
        block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 64));
        model.setBlock(block);
        return model;
    }
}
