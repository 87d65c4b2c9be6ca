package dev.retort.distill.text;

import static java.util.Objects.requireNonNull;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.core.Linear;
import ai.djl.training.loss.Loss;

import dev.retort.distill.loss.FeatureLoss;
import dev.retort.distill.loss.feature.FeatureCosine;
import dev.retort.distill.train.Adam;
import dev.retort.distill.train.GradientMode;
import dev.retort.distill.train.InPlace;
import dev.retort.distill.train.TrainingLoop;
import dev.retort.distill.train.TrainingObserver;
import dev.retort.distill.train.TrainingPlan;
import dev.retort.distill.train.TrainingResult;
import dev.retort.efficiency.RunMeter;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Trains the vectors of a static embedder so that its embeddings of texts point where those of its
 * teacher do: one minus the cosine, averaged over windows of texts without labels. A token that is
 * in none of the windows keeps its vector.
 *
 * <p>The mean of token vectors is a linear layer on the bag of tokens, so our loop trains it like
 * any block.
 *
 * @param plan epochs, batch size and learning rate
 * @param seed decides the order of the windows
 */
public record EmbeddingTuning(TrainingPlan plan, long seed) {
    /** Checks the components. */
    public EmbeddingTuning {
        requireNonNull(plan, "plan is null");
    }

    /**
     * Trains.
     *
     * @param embedder the embedder, which stays as it is
     * @param windows windows of texts, by the tokenizer of the embedder
     * @param targets what the teacher says of each window, a row of the embedder's dimensions for
     *     each: {@link PrincipalComponents#rotated} makes them from embeddings
     * @param meter is told where the time goes; opened on this thread, closed by the caller
     * @param observer is told how the training gets on
     * @param parent the model lives on its device
     * @return a new embedder with the same tokenizer, which is borrowed
     */
    public StaticEmbedder tune(
            StaticEmbedder embedder,
            TokenWindows windows,
            float[] targets,
            RunMeter meter,
            TrainingObserver observer,
            NDManager parent) {
        int dimensions = embedder.dimensions();
        if (targets.length != Math.multiplyExact(windows.size(), dimensions)) {
            throw new IllegalArgumentException(
                    "expected %d targets of %d numbers, found %d numbers"
                            .formatted(windows.size(), dimensions, targets.length));
        }
        int[] seen = seen(windows);
        int[] columns = new int[embedder.tokenizer().size()];
        for (int column = 0; column < seen.length; column++) {
            columns[seen[column]] = column;
        }
        BagSource source =
                new BagSource(
                        windows, columns, seen.length, targets, dimensions, plan.batchSize(), seed);
        Linear layer = Linear.builder().setUnits(dimensions).optBias(false).build();
        try (Model model = Model.newInstance("static embedder", parent.getDevice());
                Adam adam =
                        new Adam(
                                plan.learningRate().over(source.batches() * plan.epochs()),
                                plan.weightDecay(),
                                model.getNDManager())) {
            layer.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, seen.length));
            model.setBlock(layer);
            NDArray weight = layer.getParameters().valueAt(0).getArray();
            fill(weight, embedder.table(), seen, dimensions);
            TrainingLoop loop =
                    new TrainingLoop(model, new CosineLoss(), adam, plan, meter, observer);
            try (TrainingResult _ = loop.fit(source, null)) {
                return StaticEmbedder.of(
                        changed(embedder.table(), weight.toFloatArray(), seen, dimensions),
                        dimensions,
                        embedder.tokenizer());
            }
        }
    }

    /** The tokens that are in a window, in ascending order. */
    private static int[] seen(TokenWindows windows) {
        BitSet tokens = new BitSet();
        for (int window = 0; window < windows.size(); window++) {
            for (int token : windows.tokens(window)) {
                tokens.set(token);
            }
        }
        int[] all = tokens.stream().toArray();
        if (all.length == 0) {
            throw new IllegalArgumentException("expected windows with tokens, found none");
        }
        return all;
    }

    /** Writes the vectors of tokens into the columns of the layer's weight. */
    private static void fill(NDArray weight, float[] table, int[] seen, int dimensions) {
        float[] values = new float[dimensions * seen.length];
        for (int column = 0; column < seen.length; column++) {
            for (int i = 0; i < dimensions; i++) {
                values[i * seen.length + column] = table[seen[column] * dimensions + i];
            }
        }
        try (GradientMode _ = GradientMode.off(weight.getManager().getEngine());
                NDManager scope = weight.getManager().newSubManager()) {
            InPlace.copy(scope.create(values, weight.getShape()), weight);
        }
    }

    private static float[] changed(float[] table, float[] weight, int[] seen, int dimensions) {
        float[] changed = Arrays.copyOf(table, table.length);
        for (int column = 0; column < seen.length; column++) {
            for (int i = 0; i < dimensions; i++) {
                changed[seen[column] * dimensions + i] = weight[i * seen.length + column];
            }
        }
        return changed;
    }

    /** The loss of embeddings as DJL has losses. */
    private static final class CosineLoss extends Loss {
        private final FeatureLoss cosine = new FeatureCosine(null);

        CosineLoss() {
            super("cosine");
        }

        @Override
        public NDArray evaluate(NDList labels, NDList predictions) {
            return cosine.evaluate(predictions.head(), labels.head(), 1);
        }
    }
}
