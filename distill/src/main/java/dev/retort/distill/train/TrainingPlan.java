package dev.retort.distill.train;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What a training does, apart from the model, the data and the loss. Immutable.
 *
 * @param epochs passes over the training samples, at least 1
 * @param batchSize samples a step, at least 1
 * @param learningRate the schedule
 * @param weightDecay decoupled weight decay per step, times the learning rate; 0 for none
 * @param clipNorm the largest global L2 norm that the gradients keep; infinity for no clipping
 * @param patience epochs without a better validation loss after which training stops early; 0 to
 *     run all epochs
 * @param readEvery steps between two reads of the loss; each read synchronises the device, which
 *     keeps a number a step until then
 * @param microBatches into how many parts a batch is split that go through the model one after the
 *     other, at least 1: the memory of one part, and the gradients of the whole. It is split into
 *     fewer where a part would have fewer samples than a {@link PartwiseLoss} needs. What looks
 *     across samples sees a part alone: batch normalisation, and losses of relations between
 *     samples
 * @param averageDecay the decay of an exponential moving average of the parameters that takes their
 *     place in validation and in the result, below 1; 0 for none. It follows fast at first: {@link
 *     MovingAverage#warmedUp}
 */
public record TrainingPlan(
        int epochs,
        int batchSize,
        LearningRate learningRate,
        float weightDecay,
        double clipNorm,
        int patience,
        int readEvery,
        int microBatches,
        double averageDecay) {
    /** Checks the components. */
    public TrainingPlan {
        requireNonNull(learningRate, "learningRate is null");
        require(epochs >= 1, "epochs of at least 1", epochs);
        require(batchSize >= 1, "a batch size of at least 1", batchSize);
        require(weightDecay >= 0, "a weight decay of at least 0", weightDecay);
        require(clipNorm > 0, "a gradient norm above 0", clipNorm);
        require(patience >= 0, "a patience of at least 0 epochs", patience);
        require(readEvery >= 1, "at least 1 step between reads", readEvery);
        require(
                microBatches >= 1 && microBatches <= batchSize,
                "a batch of %d to be split into 1 to %d parts".formatted(batchSize, batchSize),
                microBatches);
        require(
                averageDecay >= 0 && averageDecay < 1,
                "a decay of the moving average of at least 0 and below 1",
                averageDecay);
    }

    /**
     * A plan with a cosine schedule after 10 % warm-up, a gradient norm of 5, no weight decay, no
     * early stopping, a read of the loss every 20 steps, whole batches and no moving average.
     *
     * @param epochs passes over the training samples
     * @param batchSize samples a step
     * @param peakLearningRate the highest learning rate
     * @return the plan
     */
    public static TrainingPlan of(int epochs, int batchSize, float peakLearningRate) {
        return new TrainingPlan(
                epochs, batchSize, LearningRate.cosine(peakLearningRate, 0.1f), 0, 5, 0, 20, 1, 0);
    }

    /**
     * The same plan with another number of epochs.
     *
     * @param epochs passes over the training samples
     * @return the plan
     */
    public TrainingPlan withEpochs(int epochs) {
        return edited(edit -> edit.epochs = epochs);
    }

    /**
     * The same plan with another batch size.
     *
     * @param batchSize samples a step
     * @return the plan
     */
    public TrainingPlan withBatchSize(int batchSize) {
        return edited(edit -> edit.batchSize = batchSize);
    }

    /**
     * The same plan with another schedule.
     *
     * @param learningRate the schedule
     * @return the plan
     */
    public TrainingPlan withLearningRate(LearningRate learningRate) {
        return edited(edit -> edit.learningRate = learningRate);
    }

    /**
     * The same plan with another clipping of the gradients.
     *
     * @param clipNorm the largest global L2 norm; infinity for no clipping
     * @return the plan
     */
    public TrainingPlan withClipNorm(double clipNorm) {
        return edited(edit -> edit.clipNorm = clipNorm);
    }

    /**
     * The same plan with early stopping.
     *
     * @param patience epochs without a better validation loss; 0 to run all epochs
     * @return the plan
     */
    public TrainingPlan withPatience(int patience) {
        return edited(edit -> edit.patience = patience);
    }

    /**
     * The same plan with another weight decay.
     *
     * @param weightDecay decoupled weight decay; 0 for none
     * @return the plan
     */
    public TrainingPlan withWeightDecay(float weightDecay) {
        return edited(edit -> edit.weightDecay = weightDecay);
    }

    /**
     * The same plan with another number of steps between reads of the loss.
     *
     * @param readEvery steps, at least 1
     * @return the plan
     */
    public TrainingPlan withReadEvery(int readEvery) {
        return edited(edit -> edit.readEvery = readEvery);
    }

    /**
     * The same plan with batches split into more or fewer parts.
     *
     * @param microBatches parts of a batch, from 1 to its size
     * @return the plan
     */
    public TrainingPlan withMicroBatches(int microBatches) {
        return edited(edit -> edit.microBatches = microBatches);
    }

    /**
     * The same plan with a moving average of the parameters.
     *
     * @param averageDecay its decay, below 1; 0 for none
     * @return the plan
     */
    public TrainingPlan withAverageDecay(double averageDecay) {
        return edited(edit -> edit.averageDecay = averageDecay);
    }

    /**
     * What decides the result, for a checkpoint to say it: what is off is not said, so that a
     * checkpoint stays of use when a plan can say more. Parts of a batch are left out, since a
     * training that runs out of memory changes them itself.
     */
    Map<String, String> identity() {
        Map<String, String> identity = new TreeMap<>();
        identity.put("number of epochs", Integer.toString(epochs));
        identity.put("batch size", Integer.toString(batchSize));
        identity.put("learning rate", learningRate.toString());
        if (weightDecay > 0) {
            identity.put("weight decay", Float.toString(weightDecay));
        }
        if (clipNorm < Double.POSITIVE_INFINITY) {
            identity.put("gradient norm", Double.toString(clipNorm));
        }
        if (patience > 0) {
            identity.put("patience", Integer.toString(patience));
        }
        if (averageDecay > 0) {
            identity.put("decay of the moving average", Double.toString(averageDecay));
        }
        return identity;
    }

    private TrainingPlan edited(Consumer<Edit> change) {
        Edit edit = new Edit(this);
        change.accept(edit);
        return new TrainingPlan(
                edit.epochs,
                edit.batchSize,
                edit.learningRate,
                edit.weightDecay,
                edit.clipNorm,
                edit.patience,
                edit.readEvery,
                edit.microBatches,
                edit.averageDecay);
    }

    /** A plan under change. */
    private static final class Edit {
        private int epochs;
        private int batchSize;
        private LearningRate learningRate;
        private float weightDecay;
        private double clipNorm;
        private int patience;
        private int readEvery;
        private int microBatches;
        private double averageDecay;

        Edit(TrainingPlan plan) {
            epochs = plan.epochs;
            batchSize = plan.batchSize;
            learningRate = plan.learningRate;
            weightDecay = plan.weightDecay;
            clipNorm = plan.clipNorm;
            patience = plan.patience;
            readEvery = plan.readEvery;
            microBatches = plan.microBatches;
            averageDecay = plan.averageDecay;
        }
    }

    private static void require(boolean holds, String expected, Number found) {
        if (!holds) {
            throw new IllegalArgumentException("expected " + expected + ", found " + found);
        }
    }
}
