package dev.retort.distill.teacher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.util.Objects.requireNonNull;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;

import dev.retort.distill.loss.Objective;
import dev.retort.distill.train.Adam;
import dev.retort.distill.train.BatchSource;
import dev.retort.distill.train.Minibatch;
import dev.retort.distill.train.TensorSource;
import dev.retort.distill.train.TrainingLoop;
import dev.retort.distill.train.TrainingObserver;
import dev.retort.distill.train.TrainingPlan;
import dev.retort.efficiency.RunMeter;
import dev.retort.efficiency.RunOptions;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

@Tag("engines")
class MovingAverageTeacherTest {
    private static final Shape SAMPLE = new Shape(4);

    private final Model student = Model.newInstance("student");
    private final NDManager manager = student.getNDManager();
    private final List<float[]> weights = new ArrayList<>();

    MovingAverageTeacherTest() {
        Block block = network();
        block.initialize(manager, DataType.FLOAT32, new Shape(1, 4));
        student.setBlock(block);
    }

    @AfterEach
    void close() {
        student.close();
    }

    private static Block network() {
        return new SequentialBlock()
                .add(BatchNorm.builder().build())
                .add(Linear.builder().setUnits(3).build());
    }

    @Test
    void whatIsTrainedIsAveragedAndTheRestIsCopied() {
        try (MovingAverageTeacher teacher =
                new MovingAverageTeacher(student, network(), SAMPLE, 0.75)) {
            NDArray weight = array(student, "weight");
            NDArray mean = array(student, "runningMean");
            float[] expected = weight.toFloatArray();
            assertArrayEquals(expected, array(teacher.model(), "weight").toFloatArray());
            for (int step = 1; step <= 3; step++) {
                add(weight, step);
                add(mean, step);
                float[] now = weight.toFloatArray();
                teacher.update();
                for (int i = 0; i < expected.length; i++) {
                    expected[i] = 0.75f * expected[i] + 0.25f * now[i];
                }
                assertArrayEquals(expected, array(teacher.model(), "weight").toFloatArray(), 1e-5f);
                assertArrayEquals(
                        mean.toFloatArray(), array(teacher.model(), "runningMean").toFloatArray());
            }
        }
    }

    @Test
    void itIsUpdatedAfterEachStepOfATrainingAndKeepsItsContract() {
        NDArray data = manager.randomNormal(new Shape(32, 4));
        NDList labels = new NDList(manager.zeros(new Shape(32), DataType.INT64));
        TrainingPlan plan = TrainingPlan.of(3, 8, 1e-2f);
        try (MovingAverageTeacher teacher =
                        new MovingAverageTeacher(student, network(), SAMPLE, 0.9);
                RunMeter meter = RunOptions.of("ema").open();
                Adam optimizer = new Adam(plan.learningRate().over(12), 0, manager)) {
            BatchSource source =
                    new GuidedSource(watched(TensorSource.shuffled(data, labels, 8, 1)), teacher);
            TrainingLoop loop =
                    new TrainingLoop(
                            student,
                            Objective.hinton(2, 0.5).over(12, null),
                            optimizer,
                            plan,
                            meter,
                            TrainingObserver.NONE);
            loop.fit(source, null).close();
            assertEquals(12, weights.size());
            // With the last step, which no mini-batch follows.
            teacher.update();
            weights.add(array(student, "weight").toFloatArray());
            float[] expected = weights.getFirst().clone();
            for (float[] now : weights.subList(1, weights.size())) {
                for (int i = 0; i < expected.length; i++) {
                    expected[i] = 0.9f * expected[i] + 0.1f * now[i];
                }
            }
            assertFalse(Arrays.equals(weights.getFirst(), weights.getLast()));
            assertArrayEquals(expected, array(teacher.model(), "weight").toFloatArray(), 1e-5f);
            TeacherContract.check(teacher, new NDList(data), new long[0], 3, manager);
        }
    }

    /** Remembers the student's weights before each step. */
    private BatchSource watched(BatchSource source) {
        return new BatchSource() {
            @Override
            public long batches() {
                return source.batches();
            }

            @Override
            public Pass pass(NDManager owner, int epoch) {
                Pass pass = source.pass(owner, epoch);
                return new Pass() {
                    @Override
                    public @Nullable Minibatch next(NDManager step) {
                        Minibatch batch = pass.next(step);
                        if (batch != null) {
                            weights.add(array(student, "weight").toFloatArray());
                        }
                        return batch;
                    }

                    @Override
                    public void close() {
                        pass.close();
                    }
                };
            }
        };
    }

    @Test
    void aGuidedSourcePutsTheLogitsBehindTheClasses() {
        NDArray data = manager.randomNormal(new Shape(8, 4));
        NDArray classes = manager.zeros(new Shape(8), DataType.INT64);
        NDArray more = manager.ones(new Shape(8, 2));
        try (Teacher teacher = ModelTeacher.of(student, TeacherOutput.LOGITS);
                NDManager step = manager.newSubManager()) {
            BatchSource source =
                    new GuidedSource(
                            TensorSource.ordered(data, new NDList(classes, more), 8), teacher);
            assertEquals(1, source.batches());
            try (BatchSource.Pass pass = source.pass(manager, 1)) {
                Minibatch batch = requireNonNull(pass.next(step));
                assertEquals(3, batch.labels().size());
                assertArrayEquals(
                        teacher.logits(new NDList(data), new long[0], step).toFloatArray(),
                        batch.labels().get(1).toFloatArray());
                assertEquals(new Shape(8, 2), batch.labels().get(2).getShape());
                assertTrue(pass.next(step) == null);
            }
        }
    }

    @Test
    void nothingPilesUpInTheManagersOfTheModels() {
        try (MovingAverageTeacher teacher =
                new MovingAverageTeacher(student, network(), SAMPLE, 0.9)) {
            teacher.update();
            int before = count(teacher.model().getNDManager()) + count(manager);
            for (int i = 0; i < 20; i++) {
                teacher.update();
                try (NDManager step = manager.newSubManager()) {
                    NDArray data = step.zeros(new Shape(2, 4));
                    teacher.logits(new NDList(data), new long[0], step);
                }
            }
            assertEquals(before, count(teacher.model().getNDManager()) + count(manager));
        }
    }

    @Test
    void decaysOutOfRangeAndOtherNetworksAreRefused() {
        for (double decay : new double[] {-0.1, 1, Double.NaN}) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> new MovingAverageTeacher(student, network(), SAMPLE, decay));
        }
        Block other = new SequentialBlock().add(Linear.builder().setUnits(3).build());
        assertThrows(
                IllegalArgumentException.class,
                () -> new MovingAverageTeacher(student, other, SAMPLE, 0.9));
    }

    private static int count(NDManager manager) {
        return manager.getManagedArrays().size();
    }

    private static void add(NDArray array, float value) {
        array.set(new NDIndex("..."), array.stopGradient().add(value));
    }

    private static NDArray array(Model model, String suffix) {
        return model.getBlock().getParameters().stream()
                .filter(pair -> pair.getKey().endsWith(suffix))
                .findFirst()
                .orElseThrow()
                .getValue()
                .getArray();
    }
}
