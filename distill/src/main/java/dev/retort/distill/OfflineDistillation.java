package dev.retort.distill;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;

import dev.retort.distill.cache.CacheFolder;
import dev.retort.distill.cache.CacheKey;
import dev.retort.distill.cache.SampleReader;
import dev.retort.distill.data.DataSplit;
import dev.retort.distill.data.LabelledData;
import dev.retort.distill.loss.LastBatch;
import dev.retort.distill.loss.Objective;
import dev.retort.distill.teacher.Teacher;
import dev.retort.distill.train.Adam;
import dev.retort.distill.train.BatchSource;
import dev.retort.distill.train.Evaluation;
import dev.retort.distill.train.TensorSource;
import dev.retort.distill.train.TrainingLoop;
import dev.retort.distill.train.TrainingObserver;
import dev.retort.distill.train.TrainingPlan;
import dev.retort.distill.train.TrainingResult;
import dev.retort.efficiency.RunMeter;
import dev.retort.efficiency.RunOptions;

import java.io.IOException;
import java.util.function.Supplier;

/**
 * Distils any number of students from one teacher that is asked about the data once: what it said
 * is read from a cache, where this or an earlier process stored it. Confined to one thread.
 */
public final class OfflineDistillation implements AutoCloseable {

    private final DataSplit data;
    private final NDManager manager;
    private final NDArray features;
    private final NDList labels;
    private final BatchSource validation;
    private final CacheFolder.Opened outputs;

    private OfflineDistillation(
            DataSplit data, NDManager manager, NDArray features, CacheFolder.Opened outputs)
            throws IOException {
        this.data = data;
        this.manager = manager;
        this.features = features;
        this.outputs = outputs;
        labels = new NDList(data.train().labels(manager), outputs.cache().logits(0, manager));
        validation = ordered(data.validation());
    }

    /**
     * Puts training and validation samples on the default device, and has the teacher asked about
     * the training samples where the cache does not know yet what it says.
     *
     * @param teacher the teacher; borrowed, and not asked again
     * @param data the samples
     * @param cache where its outputs are stored
     * @return the distillation, to be closed by the caller
     * @throws IOException if the cache cannot be used
     * @throws dev.retort.distill.data.DataException if a validation sample has no label
     * @throws dev.retort.distill.teacher.TeacherException if the teacher breaks its contract, or
     *     knows another number of samples
     */
    public static OfflineDistillation open(Teacher teacher, DataSplit data, CacheFolder cache)
            throws IOException {
        data.validation().requireLabels("validation samples of " + data.name());
        NDManager manager = NDManager.newBaseManager();
        CacheFolder.Opened outputs = null;
        try {
            LabelledData train = data.train();
            NDArray features = train.features(manager);
            CacheKey key = AskedTeacher.key(teacher, train, features, cache);
            outputs = cache.open(key, teacher, SampleReader.of(features), manager);
            return new OfflineDistillation(data, manager, features, outputs);
        } catch (RuntimeException | IOException e) {
            if (outputs != null) {
                outputs.close();
            }
            manager.close();
            throw e;
        }
    }

    /**
     * What the teacher said, and how that compares with what it says now.
     *
     * @return the outputs, closed with this object
     */
    public CacheFolder.Opened outputs() {
        return outputs;
    }

    /**
     * A student with the parameters of its best epoch.
     *
     * @param model the student, to be closed
     * @param validation its result on the validation samples
     */
    public record Student(Model model, Evaluation validation) implements AutoCloseable {
        @Override
        public void close() {
            model.close();
        }
    }

    /**
     * Trains a student.
     *
     * @param network makes its network, not initialised
     * @param plan how it is trained
     * @param objective what it is trained to
     * @param seed decides initial parameters and data order
     * @return the student, to be closed by the caller before this object
     * @throws IllegalArgumentException if a batch is too small for the objective
     * @throws dev.retort.distill.train.TrainingDivergedException if its loss becomes infinite or
     *     not a number
     */
    public Student train(
            Supplier<Block> network, TrainingPlan plan, Objective objective, long seed) {
        LastBatch.requireSamples(
                objective.minimumSamples(),
                objective.kind().label(),
                data.train().size(),
                plan.batchSize());
        manager.getEngine().setRandomSeed((int) seed);
        Model model = Model.newInstance("student", manager.getDevice());
        Block block = network.get();
        block.initialize(
                model.getNDManager(),
                DataType.FLOAT32,
                new Shape(1).addAll(data.train().sampleShape()));
        model.setBlock(block);
        BatchSource source = TensorSource.shuffled(features, labels, plan.batchSize(), seed);
        long steps = source.batches() * plan.epochs();
        boolean trained = false;
        try (RunMeter meter = RunOptions.of("student").open();
                Adam adam = new Adam(plan.learningRate().over(steps), plan.weightDecay(), manager);
                TrainingResult result =
                        new TrainingLoop(
                                        model,
                                        objective.over(steps, null),
                                        adam,
                                        plan,
                                        meter,
                                        TrainingObserver.NONE)
                                .fit(source, validation)) {
            result.restoreBest(block);
            trained = true;
            return new Student(
                    model, result.epochs().get(result.bestEpoch() - 1).validation().orElseThrow());
        } finally {
            if (!trained) {
                model.close();
            }
        }
    }

    private BatchSource ordered(LabelledData part) {
        return TensorSource.ordered(
                part.features(manager), new NDList(part.labels(manager)), Evaluation.BATCH_SIZE);
    }

    /** Frees the data; the cache stays. */
    @Override
    public void close() {
        outputs.close();
        manager.close();
    }
}
