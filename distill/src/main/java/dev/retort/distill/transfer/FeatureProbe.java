package dev.retort.distill.transfer;

import static java.util.Objects.requireNonNull;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.loss.Loss;
import ai.djl.util.Pair;

import dev.retort.distill.Networks;
import dev.retort.distill.data.DataException;
import dev.retort.distill.train.Adam;
import dev.retort.distill.train.Evaluation;
import dev.retort.distill.train.GradientMode;
import dev.retort.distill.train.TensorSource;
import dev.retort.distill.train.TrainingLoop;
import dev.retort.distill.train.TrainingObserver;
import dev.retort.distill.train.TrainingPlan;
import dev.retort.distill.train.TrainingResult;
import dev.retort.efficiency.RunMeter;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A classifier on features of a trunk that stays as it is, such as the embeddings of an encoder:
 * linear, or with hidden layers. The trunk need not run in each epoch, nor be of an engine that can
 * train.
 *
 * <p>It is trained on features that are scaled to a root mean square of 1 by one factor, which is
 * taken from the training samples, and goes into the weights of the first layer afterwards: the
 * trained head takes features as they are. The parameters of the epoch with the lowest validation
 * loss are kept.
 *
 * <p>Owns the head. Confined to one thread.
 */
public final class FeatureProbe implements AutoCloseable {
    private static final int EVALUATED_AT_ONCE = 1024;

    private final Model model;
    private final int width;

    private FeatureProbe(Model model, int width) {
        this.model = model;
        this.width = width;
    }

    /**
     * How a probe is trained.
     *
     * @param hidden units of each hidden layer; none for a linear probe
     * @param plan epochs, batch size and learning rate
     * @param seed decides the initial parameters and the order of the samples
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
    public record Settings(int[] hidden, TrainingPlan plan, long seed) {
        /** Checks the components. */
        public Settings {
            hidden = hidden.clone();
            requireNonNull(plan, "plan is null");
        }

        @Override
        public int[] hidden() {
            return hidden.clone();
        }
    }

    /**
     * Samples of which each is a vector.
     *
     * @param features a row for each sample; borrowed
     * @param classes the class of each sample, from 0
     */
    @SuppressWarnings("ArrayRecordComponent") // borrowed, and never compared as a whole
    public record Samples(float[][] features, int[] classes) {
        /** Checks the sizes. */
        public Samples {
            if (features.length == 0 || features.length != classes.length) {
                throw new DataException(
                        "expected a class for each of at least 1 sample, found %d samples and %d classes"
                                .formatted(features.length, classes.length));
            }
            int width = features[0].length;
            if (Arrays.stream(features).anyMatch(row -> row.length != width)) {
                throw new DataException(
                        "expected %d features of each sample, found another number"
                                .formatted(width));
            }
        }

        /**
         * Some of the samples.
         *
         * @param positions their positions
         * @return those samples, in that order
         */
        public Samples select(int[] positions) {
            return new Samples(
                    IntStream.of(positions).mapToObj(i -> features[i]).toArray(float[][]::new),
                    IntStream.of(positions).map(i -> classes[i]).toArray());
        }

        private NDArray rows(float scale, NDManager owner) {
            int width = features[0].length;
            float[] flat = new float[Math.multiplyExact(features.length, width)];
            for (int row = 0; row < features.length; row++) {
                for (int i = 0; i < width; i++) {
                    flat[row * width + i] = scale * features[row][i];
                }
            }
            return owner.create(flat, new Shape(features.length, width));
        }

        private NDArray labels(NDManager owner) {
            return owner.create(Arrays.stream(classes).asLongStream().toArray());
        }
    }

    /**
     * Trains a probe.
     *
     * @param train the samples to train on, of at least 2 classes
     * @param validation the samples that choose the epoch
     * @param settings how
     * @param meter is told where the time goes; opened on this thread, closed by the caller
     * @param observer is told how the training gets on
     * @param parent the head lives on its device
     * @return the probe, to be closed
     */
    public static FeatureProbe train(
            Samples train,
            Samples validation,
            Settings settings,
            RunMeter meter,
            TrainingObserver observer,
            NDManager parent) {
        int classes = 1 + Arrays.stream(train.classes()).max().orElseThrow();
        if (Arrays.stream(train.classes()).distinct().count() < 2) {
            throw new DataException("expected samples of at least 2 classes to train on, found 1");
        }
        int width = train.features()[0].length;
        float scale = scale(train.features());
        TrainingPlan plan = settings.plan();
        parent.getEngine().setRandomSeed(Math.toIntExact(settings.seed()));
        Model model = Model.newInstance("probe", parent.getDevice());
        try (NDManager scope = model.getNDManager().newSubManager()) {
            Block head = Networks.mlp(settings.hidden(), classes);
            head.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, width));
            model.setBlock(head);
            TensorSource source =
                    TensorSource.shuffled(
                            train.rows(scale, scope),
                            new NDList(train.labels(scope)),
                            plan.batchSize(),
                            settings.seed());
            try (Adam adam =
                            new Adam(
                                    plan.learningRate().over(source.batches() * plan.epochs()),
                                    plan.weightDecay(),
                                    scope);
                    TrainingResult result =
                            new TrainingLoop(
                                            model,
                                            Loss.softmaxCrossEntropyLoss(),
                                            adam,
                                            plan,
                                            meter,
                                            observer)
                                    .fit(source, source(validation, scale, scope))) {
                result.restoreBest(head);
            }
            scaleFirstLayer(head, scale, scope.getEngine());
            return new FeatureProbe(model, width);
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /** What features were multiplied by, the weights are: the bias is added after both. */
    private static void scaleFirstLayer(Block head, float scale, Engine engine) {
        for (Pair<String, Parameter> parameter : head.getParameters()) {
            if (parameter.getValue().getType() == Parameter.Type.WEIGHT) {
                try (GradientMode _ = GradientMode.off(engine)) {
                    parameter.getValue().getArray().muli(scale);
                }
                return;
            }
        }
        throw new AssertionError("a classifier has a linear layer");
    }

    private static float scale(float[][] features) {
        double squares = 0;
        for (float[] row : features) {
            for (float value : row) {
                squares += (double) value * value;
            }
        }
        double mean = squares / features.length / features[0].length;
        if (!(mean > 0 && Double.isFinite(mean))) {
            throw new DataException(
                    "expected finite features that are not all 0, found a mean square of " + mean);
        }
        return (float) (1 / Math.sqrt(mean));
    }

    private static TensorSource source(Samples samples, float scale, NDManager owner) {
        return TensorSource.ordered(
                samples.rows(scale, owner), new NDList(samples.labels(owner)), EVALUATED_AT_ONCE);
    }

    /**
     * Judges the probe.
     *
     * @param samples samples that it was not trained on
     * @return loss and accuracy
     */
    public Evaluation evaluate(Samples samples) {
        try (NDManager scope = model.getNDManager().newSubManager()) {
            return Evaluation.of(model.getBlock(), source(samples, 1, scope), scope);
        }
    }

    /**
     * Classifies one sample.
     *
     * @param features its features
     * @return a logit for each class
     */
    public float[] logits(float[] features) {
        if (features.length != width) {
            throw new IllegalArgumentException(
                    "expected %d features, found %d".formatted(width, features.length));
        }
        try (GradientMode _ = GradientMode.off(model.getNDManager().getEngine());
                NDManager scope = model.getNDManager().newSubManager()) {
            NDArray row = scope.create(features, new Shape(1, width));
            return model.getBlock()
                    .forward(new ParameterStore(scope, false), new NDList(row), false)
                    .head()
                    .toFloatArray();
        }
    }

    /**
     * The head, to be saved; it takes features of shape (batch, features) as they are.
     *
     * @return the model, owned by the probe
     */
    public Model model() {
        return model;
    }

    @Override
    public void close() {
        model.close();
    }
}
