package dev.retort.distill;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;

import dev.retort.device.sampling.Sampler;
import dev.retort.device.sampling.SamplerOptions;
import dev.retort.distill.augment.ImageAugmentation;
import dev.retort.distill.data.DataSplit;
import dev.retort.distill.data.Digits;
import dev.retort.distill.data.LabelledData;
import dev.retort.distill.train.EpochRecord;
import dev.retort.distill.train.Evaluation;
import dev.retort.distill.train.TensorSource;
import dev.retort.distill.train.TrainingObserver;
import dev.retort.distill.train.TrainingPlan;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

class DistillationTest {
    private static final TrainingPlan PLAN = TrainingPlan.of(3, 32, 1e-2f);
    private static final OptionalInt ALL = OptionalInt.empty();
    private static final OptionalInt HUNDRED = OptionalInt.of(100);

    @TempDir Path folder;

    private final DataSplit data = Digits.load();
    private final byte[] pixels = pixels(data.train());
    private final Sampler sampler = Sampler.start(SamplerOptions.defaults());

    @AfterEach
    void close() {
        sampler.close();
    }

    @Test
    void theStudentsOfASeedBeginWithTheSameParametersAndTheTeacherWithOthers() throws IOException {
        // The networks are the same, so that only the seeds tell the teacher from a student.
        DistillationTask task = task(data, DistillationTest::small, 0.9, ALL);
        List<float[]> whenTrainingBegins = new ArrayList<>();
        List<Distillation> running = new ArrayList<>();
        StudyObserver observer =
                (_, role) -> {
                    whenTrainingBegins.add(parameters(running.getFirst().model(role)));
                    return TrainingObserver.NONE;
                };
        try (Distillation run = new Distillation(task, 3, sampler, observer);
                Distillation other = new Distillation(task, 4, sampler, observer)) {
            float[] teacher = parameters(run.model(Role.TEACHER));
            float[] alone = parameters(run.model(Role.STUDENT_ALONE));
            assertArrayEquals(alone, parameters(run.model(Role.STUDENT_DISTILLED)));
            assertFalse(Arrays.equals(teacher, alone));
            assertFalse(Arrays.equals(alone, parameters(other.model(Role.STUDENT_ALONE))));
            running.add(run);
            SeedOutcome outcome = run.run();
            // Nothing that was trained before has touched them.
            assertArrayEquals(teacher, whenTrainingBegins.get(0));
            assertArrayEquals(alone, whenTrainingBegins.get(1));
            assertArrayEquals(alone, whenTrainingBegins.get(2));
            assertFalse(Arrays.equals(alone, parameters(run.model(Role.STUDENT_ALONE))));
            assertEquals(agreement(run, Role.STUDENT_ALONE), outcome.agreementAlone(), 1e-12);
            assertEquals(
                    agreement(run, Role.STUDENT_DISTILLED), outcome.agreementDistilled(), 1e-12);
        }
    }

    @Test
    void aStudyIsRepeatableBitForBitAndSavesTheModelsOfItsFirstSeed() throws Exception {
        DistillationTask task = task(data, DistillationTest::large, 0.9, ALL);
        StudyResult first = Study.run(task, 7, 2, Optional.of(folder), StudyObserver.NONE);
        assertEquals(List.of(7L, 8L), first.seeds().stream().map(SeedOutcome::seed).toList());
        for (SeedOutcome seed : first.seeds()) {
            SeedOutcome again = outcome(task, seed.seed());
            assertEquals(figures(seed), figures(again));
            for (double agreement : List.of(seed.agreementAlone(), seed.agreementDistilled())) {
                assertTrue(agreement > 0.1 && agreement <= 1, "agreement " + agreement);
            }
            for (TrainedModel model : seed.models()) {
                assertEquals(PLAN.epochs(), model.epochs().size());
                assertTrue(model.testBest().accuracy() > 0.3, model.toString());
                assertEquals(450, model.testBest().samples());
            }
        }
        assertNotEquals(figures(first.seeds().getFirst()), figures(first.seeds().getLast()));
        assertEquals(64 * 64 + 64 + 64 * 10 + 10, first.teacherCost().parameters());
        assertEquals(4L * (64 * 16 + 16 + 16 * 10 + 10), first.studentCost().bytes());

        assertEquals(
                List.of(
                        "student-distilled-0000.params",
                        "student-distilled.safetensors",
                        "teacher-0000.params"),
                names());
        SeedOutcome saved = first.seeds().getFirst();
        assertEquals(saved.teacher().testBest(), evaluate("teacher", DistillationTest::large));
        assertEquals(
                saved.studentDistilled().testBest(),
                evaluate("student-distilled", DistillationTest::small));
    }

    @Test
    void theStudentIsTaughtTheSameWithoutOneThatIsLeftAlone() throws IOException {
        DistillationTask task = task(data, DistillationTest::large, 0.9, HUNDRED);
        SeedOutcome whole = outcome(task, 7);
        List<Role> trained = new ArrayList<>();
        StudyObserver observer =
                (_, role) -> {
                    trained.add(role);
                    return TrainingObserver.NONE;
                };
        try (Distillation run = new Distillation(task, 7, sampler, observer)) {
            TaughtOutcome taught = run.teach();
            assertEquals(figures(whole.teacher()), figures(taught.teacher()));
            assertEquals(figures(whole.studentDistilled()), figures(taught.student()));
        }
        assertEquals(List.of(Role.TEACHER, Role.STUDENT_DISTILLED), trained);
    }

    @Test
    void aTeacherThatIsTrainedOnceTeachesTheStudentsOfAllSeeds() throws IOException {
        DistillationTask task =
                task(data, DistillationTest::large, 0.9, ALL).withTeacher(TeacherOrigin.ONCE);
        StudyResult result = Study.run(task, 7, 2, Optional.empty(), StudyObserver.NONE);
        SeedOutcome first = result.seeds().getFirst();
        SeedOutcome second = result.seeds().getLast();
        assertTrue(first.teacher().isTrained());
        assertFalse(second.teacher().isTrained());
        assertEquals(first.teacher().testBest(), second.teacher().testBest());
        assertEquals(first.teacher().testDetail(), second.teacher().testDetail());
        assertNotEquals(first.studentDistilled().testBest(), second.studentDistilled().testBest());
        // The student without a teacher does not know where one comes from.
        assertEquals(
                outcome(task(data, DistillationTest::large, 0.9, ALL), 8).studentAlone().testBest(),
                second.studentAlone().testBest());
    }

    @Test
    void samplesThatAreNoImagesAreNotAugmented() {
        DistillationTask task = task(data, DistillationTest::large, 0.9, ALL);
        IllegalArgumentException error =
                assertThrows(
                        IllegalArgumentException.class,
                        () ->
                                new DistillationTask(
                                        data,
                                        task.teacher(),
                                        task.student(),
                                        PLAN,
                                        PLAN,
                                        task.objective(),
                                        ALL,
                                        List.of(),
                                        TeacherOrigin.EACH_SEED,
                                        Optional.of(new ImageAugmentation(1, true, 0))));
        assertEquals(
                "expected images of shape (channels, height, width) to augment, found samples of"
                        + " shape (64)",
                error.getMessage());
    }

    @Test
    void withFewerLabelsTheStudentAloneTakesAsManySteps() throws IOException {
        SeedOutcome outcome = outcome(task(data, DistillationTest::large, 0.9, HUNDRED), 1);
        long distilled = outcome.studentDistilled().account().steps();
        assertEquals((long) PLAN.epochs() * Math.ceilDiv(data.train().size(), 32), distilled);
        long alone = outcome.studentAlone().account().steps();
        long batchesOfHundred = 4;
        assertTrue(
                alone >= distilled && alone < distilled + batchesOfHundred,
                "%d steps alone, %d distilled".formatted(alone, distilled));
        assertEquals(distilled, outcome.teacher().account().steps());
        assertEquals(data.train().size(), outcome.softLabels().items());
    }

    @Test
    void noStudentSeesALabelThatItMayNotSee() throws IOException {
        // Without a weight of the soft labels, both students depend on the data's labels alone.
        DistillationTask few = task(data, DistillationTest::large, 0, HUNDRED);
        DistillationTask fewOfOthers =
                task(withOtherHiddenLabels(5), DistillationTest::large, 0, HUNDRED);
        SeedOutcome one = outcome(few, 5);
        SeedOutcome other = outcome(fewOfOthers, 5);
        assertNotEquals(figures(one.teacher()), figures(other.teacher()));
        assertEquals(figures(one.studentAlone()), figures(other.studentAlone()));
        assertEquals(figures(one.studentDistilled()), figures(other.studentDistilled()));

        // With all labels the same change shows in both.
        SeedOutcome all = outcome(task(data, DistillationTest::large, 0, ALL), 5);
        SeedOutcome allOthers =
                outcome(task(fewOfOthers.data(), DistillationTest::large, 0, ALL), 5);
        assertNotEquals(figures(all.studentAlone()), figures(allOthers.studentAlone()));
        assertNotEquals(figures(all.studentDistilled()), figures(allOthers.studentDistilled()));
    }

    @Test
    void theSoftLabelsReachTheDistilledStudentAlone() throws IOException {
        SeedOutcome hard = outcome(task(data, DistillationTest::large, 0, ALL), 2);
        SeedOutcome soft = outcome(task(data, DistillationTest::large, 1, ALL), 2);
        assertEquals(figures(hard.teacher()), figures(soft.teacher()));
        assertEquals(figures(hard.studentAlone()), figures(soft.studentAlone()));
        assertNotEquals(figures(hard.studentDistilled()), figures(soft.studentDistilled()));
        // Same parameters, same order, same loss: without soft labels there is no difference.
        assertEquals(
                hard.studentAlone().testLast().accuracy(),
                hard.studentDistilled().testLast().accuracy(),
                0.005);
    }

    @Test
    void aStudyNeedsASeed() {
        IllegalArgumentException error =
                assertThrows(
                        IllegalArgumentException.class,
                        () ->
                                Study.run(
                                        task(data, DistillationTest::large, 0.9, ALL),
                                        1,
                                        0,
                                        Optional.empty(),
                                        StudyObserver.NONE));
        assertEquals("expected at least 1 seed, found 0", error.getMessage());
    }

    private static Block large() {
        return Networks.mlp(new int[] {64}, 10);
    }

    private static Block small() {
        return Networks.mlp(new int[] {16}, 10);
    }

    private SeedOutcome outcome(DistillationTask task, long seed) throws IOException {
        try (Distillation run = new Distillation(task, seed, sampler, StudyObserver.NONE)) {
            return run.run();
        }
    }

    private static DistillationTask task(
            DataSplit data, Supplier<Block> teacher, double softWeight, OptionalInt labels) {
        return new DistillationTask(
                data, teacher, DistillationTest::small, PLAN, PLAN, 4, softWeight, labels);
    }

    /** The same data, and the same labels at the chosen hundred, with others swapped elsewhere. */
    private DataSplit withOtherHiddenLabels(long seed) {
        LabelledData train = data.train();
        int[] chosen = DataSplit.stratifiedSample(train, 100, seed);
        int[] labels = IntStream.range(0, train.size()).map(train::label).toArray();
        SplittableRandom random = new SplittableRandom(1);
        int[] hidden = DataSplit.rest(train, chosen);
        int swaps = 0;
        for (int i = 0; i < 3000; i++) {
            int a = hidden[random.nextInt(hidden.length)];
            int b = hidden[random.nextInt(hidden.length)];
            if (labels[a] == labels[b]) {
                continue;
            }
            swap(labels, a, b);
            // The choice looks at all labels; a swap that would move it is taken back.
            if (Arrays.equals(chosen, DataSplit.stratifiedSample(relabelled(labels), 100, seed))) {
                swaps++;
            } else {
                swap(labels, a, b);
            }
        }
        assertTrue(swaps >= 10, swaps + " swaps");
        return new DataSplit(
                data.name(), relabelled(labels), data.validation(), data.test(), data.source());
    }

    private LabelledData relabelled(int[] labels) {
        LabelledData train = data.train();
        return new LabelledData(pixels, 16, train.sampleShape(), labels.clone(), train.classes());
    }

    private static byte[] pixels(LabelledData samples) {
        try (NDManager manager = NDManager.newBaseManager()) {
            float[] values = samples.features(manager).toFloatArray();
            byte[] pixels = new byte[values.length];
            for (int i = 0; i < values.length; i++) {
                pixels[i] = (byte) Math.round(values[i] * 16);
            }
            return pixels;
        }
    }

    private static void swap(int[] values, int a, int b) {
        int value = values[a];
        values[a] = values[b];
        values[b] = value;
    }

    /** All figures of an outcome that do not depend on the clock. */
    private static List<Object> figures(SeedOutcome seed) {
        List<Object> figures = new ArrayList<>();
        seed.models().forEach(model -> figures.add(figures(model)));
        figures.add(seed.agreementAlone());
        figures.add(seed.agreementDistilled());
        return figures;
    }

    private static List<Object> figures(TrainedModel model) {
        List<Object> figures = new ArrayList<>();
        for (EpochRecord epoch : model.epochs()) {
            figures.add(epoch.trainLoss());
            figures.add(epoch.validation().orElseThrow());
        }
        figures.add(model.bestEpoch());
        figures.add(model.testBest());
        figures.add(model.testLast());
        figures.add(model.account().steps());
        return figures;
    }

    private static float[] parameters(Model model) {
        List<Float> all = new ArrayList<>();
        for (var parameter : model.getBlock().getParameters().values()) {
            for (float value : parameter.getArray().toFloatArray()) {
                all.add(value);
            }
        }
        float[] flat = new float[all.size()];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = all.get(i);
        }
        return flat;
    }

    private double agreement(Distillation run, Role role) {
        long[] student = choices(run.model(role));
        long[] teacher = choices(run.model(Role.TEACHER));
        return (double)
                        IntStream.range(0, student.length)
                                .filter(i -> student[i] == teacher[i])
                                .count()
                / student.length;
    }

    private long[] choices(Model model) {
        try (NDManager manager = model.getNDManager().newSubManager()) {
            return model.getBlock()
                    .forward(
                            new ParameterStore(manager, false),
                            new NDList(data.test().features(manager)),
                            false)
                    .head()
                    .argMax(1)
                    .toLongArray();
        }
    }

    private Evaluation evaluate(String name, Supplier<Block> network) throws Exception {
        try (NDManager manager = NDManager.newBaseManager();
                Model model = Model.newInstance(name)) {
            model.setBlock(network.get());
            model.load(folder, name);
            return Evaluation.of(
                    model.getBlock(),
                    TensorSource.ordered(
                            data.test().features(manager),
                            new NDList(data.test().labels(manager)),
                            512),
                    manager);
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
