package dev.retort.distill.transfer;

import static java.util.Objects.requireNonNull;

import ai.djl.nn.Block;

import dev.retort.distill.train.TrainingPlan;

import java.util.ArrayList;
import java.util.List;

/**
 * A part of a transfer: what is trained, and how.
 *
 * @param plan which parameters
 * @param training epochs, batch size and learning rate
 */
public record TransferStage(TransferPlan plan, TrainingPlan training) {
    /** Checks the components. */
    public TransferStage {
        requireNonNull(plan, "plan is null");
        requireNonNull(training, "training is null");
    }

    /**
     * Linear probing, then fine-tuning (Kumar et al., "Fine-tuning can distort pretrained features
     * and underperform out-of-distribution", 2022): the last layer alone, then everything at a
     * lower learning rate.
     *
     * @param network the network
     * @param probe how the last layer is trained
     * @param tuning how everything is trained then
     * @return the two stages
     */
    public static List<TransferStage> probeThenTune(
            Block network, TrainingPlan probe, TrainingPlan tuning) {
        return List.of(
                new TransferStage(TransferPlan.lastLayer(network), probe),
                new TransferStage(TransferPlan.trainAll(), tuning));
    }

    /**
     * Gradual unfreezing: a stage for the last layer, one for the last two, and so on up to all.
     *
     * @param network the network
     * @param each how each stage is trained
     * @return as many stages as there are layers
     */
    public static List<TransferStage> gradual(Block network, TrainingPlan each) {
        List<TransferStage> stages = new ArrayList<>();
        TransferPlan.gradual(network).forEach(plan -> stages.add(new TransferStage(plan, each)));
        return List.copyOf(stages);
    }
}
