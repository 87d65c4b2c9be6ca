package dev.retort.distill.sequence;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

import org.jspecify.annotations.Nullable;

/**
 * A layer of a language model: x + mixer(norm(x)), and behind attention x + feedForward(norm(x))
 * with four times the width between (the pre-norm transformer of GPT-2).
 */
final class ResidualLayer extends AbstractBlock {
    private final SequenceMixer mixer;
    private final Block mixerNorm;
    private final @Nullable Block feedForward;

    ResidualLayer(SequenceMixer mixer, int width, boolean feedsForward) {
        mixerNorm = addChildBlock("mixerNorm", LayerNorm.builder().axis(2).build());
        this.mixer = addChildBlock("mixer", mixer);
        feedForward =
                feedsForward
                        ? addChildBlock(
                                "feedForward",
                                new SequentialBlock()
                                        .add(LayerNorm.builder().axis(2).build())
                                        .add(SequenceMixer.projection(width, 4 * width))
                                        .add(Activation::gelu)
                                        .add(SequenceMixer.smallProjection(width)))
                        : null;
    }

    SequenceMixer mixer() {
        return mixer;
    }

    @Override
    protected void initializeChildBlocks(
            NDManager manager, DataType dataType, Shape... inputShapes) {
        for (Block child : getChildren().values()) {
            child.initialize(manager, dataType, inputShapes);
        }
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameters,
            NDList inputs,
            boolean training,
            PairList<String, Object> options) {
        NDList normed = mixerNorm.forward(parameters, inputs, training);
        NDArray mixed = mixer.forward(parameters, normed, training).head();
        return new NDList(fedForward(parameters, inputs.head().add(mixed), training));
    }

    NDArray step(ParameterStore parameters, NDArray position, SequenceMixer.State state) {
        NDArray normed = mixerNorm.forward(parameters, new NDList(position), false).head();
        NDArray mixed = mixer.step(parameters, normed, state);
        return fedForward(parameters, position.add(mixed), false);
    }

    private NDArray fedForward(ParameterStore parameters, NDArray x, boolean training) {
        return feedForward == null
                ? x
                : x.add(feedForward.forward(parameters, new NDList(x), training).head());
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return inputShapes;
    }
}
