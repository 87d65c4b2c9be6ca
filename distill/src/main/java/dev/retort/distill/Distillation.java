package dev.retort.distill;

import static java.util.Objects.requireNonNull;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.loss.Loss;

import dev.retort.device.sampling.Sampler;
import dev.retort.distill.SeedTrainings.Trained;
import dev.retort.distill.augment.ImageAugmentation;
import dev.retort.distill.cache.CacheFolder;
import dev.retort.distill.data.DataSplit;
import dev.retort.distill.data.LabelledData;
import dev.retort.distill.loss.CombinedLoss;
import dev.retort.distill.loss.LossTerm;
import dev.retort.distill.tap.FeatureTransfer;
import dev.retort.distill.train.BatchSource;
import dev.retort.distill.train.Evaluation;
import dev.retort.distill.train.Seeds;
import dev.retort.distill.train.TensorSource;
import dev.retort.distill.train.TrainingPlan;
import dev.retort.efficiency.Region;
import dev.retort.efficiency.RunAccount;
import dev.retort.efficiency.RunMeter;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * One seed of a distillation: trains the teacher, the student alone and the distilled student, and
 * judges them on the test samples when all are trained. Keeps the three models until it is closed.
 * Confined to the thread that created it, and the only one at a time in its process: initial
 * parameters are drawn from the engine's one random generator.
 */
public final class Distillation implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Distillation.class);
    // Streams of a seed; epochs, which count from 1, are the others.
    private static final long TEACHER_STREAM = -1;
    private static final long STUDENT_STREAM = -2;
    private static final long PROJECTOR_STREAM = -3;

    private final DistillationTask task;
    private final long seed;
    private final StudyObserver observer;
    private final @Nullable CacheFolder cache;
    private final NDManager manager;
    private final SeedTeacher teacher;
    private final Model studentAlone;
    private final Model studentDistilled;
    private final NDArray trainFeatures;
    private final Examiner examiner;
    private final SeedTrainings trainings;
    private @Nullable FeatureTransfer hints;

    /**
     * Puts the data on the default device and makes the three models. What the teacher says is kept
     * in memory alone.
     *
     * @param task what to do
     * @param seed decides initial parameters and data order
     * @param sampler measures what the trainings cost; borrowed
     * @param observer is told how it gets on
     * @throws IOException as below
     */
    public Distillation(DistillationTask task, long seed, Sampler sampler, StudyObserver observer)
            throws IOException {
        this(task, seed, sampler, observer, null);
    }

    /**
     * Puts the data on the default device and makes the three models.
     *
     * @param task what to do
     * @param seed decides initial parameters and data order
     * @param sampler measures what the trainings cost; borrowed
     * @param observer is told how it gets on
     * @param cache where what the teacher says of the training samples is stored, and looked for;
     *     {@code null} for memory alone
     * @throws IllegalArgumentException if the hints do not fit the networks, or the encoding of the
     *     cache not the number of classes
     * @throws IOException if a teacher that was there before cannot be read
     * @throws dev.retort.distill.teacher.TeacherException if such a teacher is of another network,
     *     has other classes than the data, or cannot be asked about all samples
     */
    public Distillation(
            DistillationTask task,
            long seed,
            Sampler sampler,
            StudyObserver observer,
            @Nullable CacheFolder cache)
            throws IOException {
        this.task = task;
        this.cache = cache;
        this.seed = seed;
        this.observer = observer;
        manager = NDManager.newBaseManager();
        manager.setName("distillation");
        DataSplit data = task.data();
        trainFeatures = data.train().features(manager);
        BatchSource validation =
                TensorSource.ordered(
                        data.validation().features(manager),
                        new NDList(data.validation().labels(manager)),
                        Evaluation.BATCH_SIZE);
        examiner = new Examiner(data.test(), Evaluation.BATCH_SIZE, manager);
        trainings = new SeedTrainings(task, seed, sampler, observer, manager, validation);
        List<Runnable> made = new ArrayList<>();
        try {
            teacher =
                    SeedTeacher.of(
                            task,
                            trainings,
                            trainFeatures,
                            () -> newModel(Role.TEACHER, task.teacher()));
            made.add(teacher::close);
            studentDistilled = newModel(Role.STUDENT_DISTILLED, task.student());
            made.add(studentDistilled::close);
            check();
            // The same seed twice: the two students begin with the same parameters.
            studentAlone = newModel(Role.STUDENT_ALONE, task.student());
        } catch (RuntimeException | IOException e) {
            made.forEach(Runnable::run);
            manager.close();
            throw e;
        }
    }

    /**
     * Has the trainings save their state, and go on from what is there.
     *
     * @param settings where and when
     * @return this
     */
    public Distillation checkpoint(StudyCheckpoints settings) {
        trainings.checkpoint(settings);
        return this;
    }

    /**
     * Has a mini-batch written to a file on which a training diverges.
     *
     * @param folder where to write it
     * @return this
     */
    public Distillation keepDivergedBatch(Path folder) {
        trainings.keepDivergedBatch(folder);
        return this;
    }

    /** What would fail only after two trainings. */
    private void check() {
        if (cache != null) {
            cache.encoding().check(task.data().train().classes());
        }
        if (!task.hints().isEmpty()) {
            newTransfer().close();
        }
    }

    /**
     * Runs everything. Of this and {@link #teach} one may be called, once.
     *
     * @return what became of it
     * @throws IOException if the cache or a checkpoint cannot be used; what is plain before the
     *     training is found out first
     * @throws dev.retort.distill.train.TrainingStoppedException if a request to stop was heeded
     * @throws dev.retort.distill.teacher.TeacherException if the trained teacher breaks the
     *     {@linkplain dev.retort.distill.teacher.TeacherContract contract}
     */
    public SeedOutcome run() throws IOException {
        try (Trained trainedTeacher = trainTeacher();
                SoftLabels softLabels = softLabels();
                Trained trainedAlone = trainAlone();
                Trained trainedDistilled = trainDistilled(softLabels.logits())) {
            // Only now, when nothing is left to be chosen, the test samples are looked at.
            return new SeedOutcome(
                    seed,
                    judged(trainedTeacher),
                    examiner.judge(trainedAlone),
                    examiner.judge(trainedDistilled),
                    softLabels.account(),
                    examiner.agreement(studentAlone.getBlock(), teacherBlock()),
                    examiner.agreement(studentDistilled.getBlock(), teacherBlock()));
        }
    }

    private Block teacherBlock() {
        return teacher.model().getBlock();
    }

    /**
     * Trains the teacher and the distilled student alone, who come to what {@link #run} has them
     * come to: for whoever does not compare with the student without a teacher.
     *
     * @return what became of them
     * @throws IOException as {@link #run}, which says what else is thrown
     */
    public TaughtOutcome teach() throws IOException {
        try (Trained trainedTeacher = trainTeacher();
                SoftLabels softLabels = softLabels();
                Trained trainedDistilled = trainDistilled(softLabels.logits())) {
            return new TaughtOutcome(judged(trainedTeacher), examiner.judge(trainedDistilled));
        }
    }

    private TrainedModel judged(@Nullable Trained trainedTeacher) {
        return trainedTeacher == null
                ? examiner.saved(teacherBlock(), requireNonNull(teacher.reading()))
                : examiner.judge(trainedTeacher);
    }

    /**
     * A model, after {@link #run} with the parameters of its best epoch.
     *
     * @param role which one
     * @return the model, owned by this object
     */
    public Model model(Role role) {
        return switch (role) {
            case TEACHER -> teacher.model();
            case STUDENT_ALONE -> studentAlone;
            case STUDENT_DISTILLED -> studentDistilled;
        };
    }

    /** Nothing of a teacher that was read; what can be wrong with the cache is found out first. */
    private @Nullable Trained trainTeacher() throws IOException {
        if (cache != null) {
            cache.requireUsable();
        }
        if (teacher.reading() != null) {
            return null;
        }
        if (cache != null) {
            cache.requireIntact(
                    AskedTeacher.key(teacher.asked(), task.data().train(), trainFeatures, cache));
        }
        TrainingPlan plan = task.teacherPlan();
        BatchSource images = shuffled(task.data().train(), trainFeatures, plan);
        BatchSource source =
                task.teacherAugmentation()
                        .map(change -> change.withSeed(seed).of(images))
                        .orElse(images);
        return trainings.train(
                Role.TEACHER,
                teacher.model(),
                Loss.softmaxCrossEntropyLoss(),
                plan,
                source,
                Map.of(
                        "augmentation",
                        task.teacherAugmentation()
                                .map(ImageAugmentation::toString)
                                .orElse("none")));
    }

    private Trained trainAlone() throws IOException {
        LabelledData train = task.data().train();
        TrainingPlan plan = task.studentPlan();
        Loss loss = Loss.softmaxCrossEntropyLoss();
        if (task.labels().isEmpty()) {
            return trainAlone(loss, plan, shuffled(train, trainFeatures, plan));
        }
        LabelledData labelled = train.select(labelledPositions());
        try (NDArray features = labelled.features(manager)) {
            // As many steps between two validations as the distilled student has.
            BatchSource source =
                    BatchSource.repeated(
                            shuffled(labelled, features, plan),
                            Math.ceilDiv(train.size(), plan.batchSize()));
            return trainAlone(loss, plan, source);
        }
    }

    private Trained trainDistilled(NDArray teacherLogits) throws IOException {
        LabelledData train = task.data().train();
        LabelledData seen =
                task.labels().isPresent() ? train.keepLabels(labelledPositions()) : train;
        FeatureTransfer transfer = task.hints().isEmpty() ? null : transfer();
        NDArray classes = seen.labels(manager);
        // With hints the teacher is asked for its features in each step.
        NDList labels = new NDList(classes, teacherLogits);
        TrainingPlan plan = task.studentPlan();
        BatchSource shuffled = TensorSource.shuffled(trainFeatures, labels, plan.batchSize(), seed);
        BatchSource source = transfer == null ? shuffled : transfer.guided(shuffled);
        List<LossTerm> terms = new ArrayList<>(task.objective().terms());
        if (transfer != null) {
            terms.addAll(transfer.terms());
        }
        try (NDManager sums = manager.newSubManager()) {
            CombinedLoss loss =
                    new CombinedLoss(
                            terms,
                            source.batches() * plan.epochs(),
                            LOG.isDebugEnabled() ? sums : null);
            Model model = transfer == null ? studentDistilled : transfer.trained();
            return trainings.train(
                    Role.STUDENT_DISTILLED,
                    model,
                    loss,
                    plan,
                    source,
                    trainings.teaching(teacherLogits));
        }
    }

    /** Kept until the end: what a training leaves goes back into the block that it trained. */
    private FeatureTransfer transfer() {
        manager.getEngine().setRandomSeed(Seeds.generator(seed, PROJECTOR_STREAM).nextInt());
        FeatureTransfer made = newTransfer();
        hints = made;
        return made;
    }

    private FeatureTransfer newTransfer() {
        return new FeatureTransfer(
                studentDistilled, teacher.model(), task.hints(), task.data().train().sampleShape());
    }

    private Trained trainAlone(Loss loss, TrainingPlan plan, BatchSource source)
            throws IOException {
        return trainings.train(Role.STUDENT_ALONE, studentAlone, loss, plan, source, Map.of());
    }

    private record SoftLabels(NDArray logits, RunAccount account) implements AutoCloseable {
        @Override
        public void close() {
            logits.close();
        }
    }

    private SoftLabels softLabels() throws IOException {
        AskedTeacher asked = new AskedTeacher(teacher, task.data().train(), trainFeatures, manager);
        asked.check();
        try (RunMeter meter = trainings.meter("soft labels")) {
            meter.beginStep();
            meter.begin(Region.FORWARD);
            NDArray logits =
                    cache == null
                            ? asked.logits(Evaluation.BATCH_SIZE)
                            : asked.cachedLogits(
                                    cache, opened -> observer.softLabelsOpened(seed, opened));
            meter.end(Region.FORWARD);
            meter.endStep(task.data().train().size());
            return new SoftLabels(logits, meter.finish());
        }
    }

    private Model newModel(Role role, Supplier<Block> network) {
        Model model = Model.newInstance(role.label(), manager.getDevice());
        // The teacher must not begin like a student of the same network.
        long stream = role == Role.TEACHER ? TEACHER_STREAM : STUDENT_STREAM;
        manager.getEngine().setRandomSeed(Seeds.generator(seed, stream).nextInt());
        Block block = network.get();
        block.initialize(
                model.getNDManager(),
                DataType.FLOAT32,
                new Shape(1).addAll(task.data().train().sampleShape()));
        model.setBlock(block);
        return model;
    }

    private int[] labelledPositions() {
        return DataSplit.stratifiedSample(task.data().train(), task.labels().orElseThrow(), seed);
    }

    private BatchSource shuffled(LabelledData data, NDArray features, TrainingPlan plan) {
        return TensorSource.shuffled(
                features, new NDList(data.labels(manager)), plan.batchSize(), seed);
    }

    @Override
    public void close() {
        if (hints != null) {
            hints.close();
        }
        teacher.close();
        studentAlone.close();
        studentDistilled.close();
        manager.close();
    }
}
