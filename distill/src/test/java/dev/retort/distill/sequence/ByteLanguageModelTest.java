package dev.retort.distill.sequence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import ai.djl.training.loss.Loss;

import dev.retort.distill.sequence.ByteModelShape.Mixer;
import dev.retort.distill.train.Adam;
import dev.retort.distill.train.Minibatch;
import dev.retort.distill.train.TrainingLoop;
import dev.retort.distill.train.TrainingObserver;
import dev.retort.distill.train.TrainingPlan;
import dev.retort.distill.train.TrainingResult;
import dev.retort.efficiency.RunMeter;
import dev.retort.efficiency.RunOptions;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

@Tag("engines")
class ByteLanguageModelTest {
    private static final int LENGTH = 16;

    private final Model model = Model.newInstance("bytes");
    private final NDManager manager = model.getNDManager();

    @AfterEach
    void close() {
        model.close();
    }

    private ByteLanguageModel block(Mixer mixer, DataType type) {
        manager.getEngine().setRandomSeed(5);
        ByteLanguageModel block =
                new ByteLanguageModel(
                        new ByteModelShape(mixer, 2, 8, 4, LENGTH), AttentionKernel.COMPOSED);
        block.initialize(manager, type, new Shape(1, LENGTH));
        return block;
    }

    @ParameterizedTest
    @EnumSource
    void countsTheParametersThatWorkOnAByte(Mixer mixer) {
        ByteLanguageModel block = block(mixer, DataType.FLOAT32);
        long all =
                block.getParameters().values().stream()
                        .mapToLong(each -> each.getArray().size())
                        .sum();
        long tables =
                block.getDirectParameters().values().stream()
                        .mapToLong(each -> each.getArray().size())
                        .sum();
        assertEquals(
                all - tables, new ByteModelShape(mixer, 2, 8, 4, LENGTH).multipliedParameters());
        assertEquals(mixer == Mixer.ATTENTION ? (256 + LENGTH) * 8 : 256 * 8, tables);
    }

    @ParameterizedTest
    @EnumSource
    void readingByteByByteGivesTheSameLogits(Mixer mixer) {
        ByteLanguageModel block = block(mixer, DataType.FLOAT64);
        long[] text = {80, 0, 255, 32, 32, 101, 7};
        NDArray all = manager.create(text, new Shape(1, text.length));
        NDArray logits =
                block.forward(new ParameterStore(manager, false), new NDList(all), false).head();
        assertEquals(new Shape(text.length, 256), logits.getShape());
        try (ByteLanguageModel.Reader reader = block.reader(manager, 1)) {
            for (int t = 0; t < text.length; t++) {
                NDArray next = manager.create(new long[] {text[t]}, new Shape(1, 1));
                assertArrayEquals(
                        logits.get(t).toDoubleArray(),
                        reader.read(next).toDoubleArray(),
                        1e-12,
                        "byte " + t);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void learnsATextThatRepeats(Mixer mixer) {
        double loss = loss(mixer, DataType.FLOAT32, TrainingPlan.of(1, 8, 2e-2f), 150);
        // ln 256 = 5.5 at first. What is left are the first bytes of a window, whose place in
        // the line is not known yet.
        assertTrue(loss < 0.6, "loss " + loss);
    }

    /** A window is a row of many samples, and stays whole. */
    @Test
    void windowsInPartsGiveTheStepsOfAllAtOnce() {
        TrainingPlan plan = TrainingPlan.of(1, 8, 2e-2f);
        double whole = loss(Mixer.ATTENTION, DataType.FLOAT64, plan, 5);
        for (int parts : new int[] {2, 3, 8}) {
            double split = loss(Mixer.ATTENTION, DataType.FLOAT64, plan.withMicroBatches(parts), 5);
            assertEquals(whole, split, 1e-9, parts + " parts");
        }
    }

    private double loss(Mixer mixer, DataType type, TrainingPlan plan, int steps) {
        byte[] text = "for (int i = 0; i < n; i++) {\n".repeat(40).getBytes(StandardCharsets.UTF_8);
        model.setBlock(block(mixer, type));
        try (RunMeter meter = RunOptions.of("bytes").open();
                Adam adam = new Adam(plan.learningRate().over(steps), 0, manager);
                TrainingResult result =
                        new TrainingLoop(
                                        model,
                                        Loss.softmaxCrossEntropyLoss(),
                                        adam,
                                        plan.withClipNorm(1),
                                        meter,
                                        TrainingObserver.NONE)
                                .fit(
                                        ByteWindows.random(text, LENGTH, 8, steps, 1),
                                        ByteWindows.spread(text, LENGTH, 8, 4))) {
            return result.epochs().getLast().validation().orElseThrow().loss();
        }
    }

    @Test
    void windowsGiveEachByteAndItsNext() {
        byte[] text = new byte[100];
        for (int i = 0; i < text.length; i++) {
            text[i] = (byte) (i + 100);
        }
        ByteWindows windows = ByteWindows.random(text, 5, 3, 4, 9);
        try (var pass = windows.pass(manager, 1)) {
            Minibatch batch = Objects.requireNonNull(pass.next(manager));
            assertEquals(15, batch.size());
            assertEquals(new Shape(3, 5), batch.data().head().getShape());
            long[] data = batch.data().head().toLongArray();
            long[] labels = batch.labels().head().toLongArray();
            for (int i = 0; i < data.length; i++) {
                assertEquals(data[i] + 1, labels[i]);
            }
            // Bytes above 127 are not negative.
            assertTrue(Arrays.stream(labels).allMatch(each -> each >= 100 && each < 200));
        }
    }

    @Test
    void tooLongATextIsRefused() {
        ByteLanguageModel block = block(Mixer.ATTENTION, DataType.FLOAT32);
        NDArray text = manager.zeros(new Shape(1, LENGTH + 1), DataType.INT64);
        IllegalArgumentException error =
                assertThrows(
                        IllegalArgumentException.class,
                        () ->
                                block.forward(
                                        new ParameterStore(manager, false),
                                        new NDList(text),
                                        false));
        assertEquals("expected at most 16 bytes of a sequence, found 17", error.getMessage());
    }
}
