package dev.retort.distill.transfer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.Dropout;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import ai.djl.util.PairList;

import dev.retort.distill.loss.Constants;
import dev.retort.distill.train.GradientMode;
import dev.retort.distill.train.InPlace;

import org.jspecify.annotations.Nullable;

/**
 * A linear layer with a low-rank adapter beside it: {@code x W' + b + s dropout(x) A' B'}, with A
 * of shape (rank, inputs), B of shape (outputs, rank) and s the scaling. The layer itself is
 * frozen.
 */
final class LoraLinear extends AbstractBlock {
    private final Linear base;
    private final LoraSettings settings;
    private final Parameter a;
    private final Parameter b;
    // A child, by which the training loop knows that this block draws.
    private final @Nullable Dropout dropout;

    /**
     * Adapts a layer.
     *
     * @param base the layer, initialised; from now on it is a child of this block
     * @param settings rank, scaling and dropout
     */
    LoraLinear(Linear base, LoraSettings settings) {
        this.base = addChildBlock("base", base);
        this.settings = settings;
        dropout =
                settings.dropout() == 0
                        ? null
                        : addChildBlock(
                                "dropout", Dropout.builder().optRate(settings.dropout()).build());
        Shape weight = weight().getShape();
        int rank = settings.rank();
        if (rank > Math.min(weight.get(0), weight.get(1))) {
            throw new IllegalArgumentException(
                    "expected a rank of at most %d for a layer of shape %s, found %d"
                            .formatted(Math.min(weight.get(0), weight.get(1)), weight, rank));
        }
        a = addParameter(parameter("lora_A", new Shape(rank, weight.get(1)), LoraSettings.init()));
        b = addParameter(parameter("lora_B", new Shape(weight.get(0), rank), Initializer.ZEROS));
        for (Parameter parameter : base.getParameters().values()) {
            parameter.freeze(true);
        }
        NDManager manager = weight().getManager();
        a.initialize(manager, weight().getDataType());
        b.initialize(manager, weight().getDataType());
    }

    private static Parameter parameter(String name, Shape shape, Initializer initializer) {
        return Parameter.builder()
                .setName(name)
                .setType(Parameter.Type.OTHER)
                .optShape(shape)
                .optInitializer(initializer)
                .build();
    }

    private NDArray weight() {
        return base.getDirectParameters().get("weight").getArray();
    }

    /** The adapter's first matrix, of shape (rank, inputs). */
    Parameter a() {
        return a;
    }

    /** The adapter's second matrix, of shape (outputs, rank). */
    Parameter b() {
        return b;
    }

    /** The layer that is adapted. */
    Linear base() {
        return base;
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameters,
            NDList inputs,
            boolean training,
            @Nullable PairList<String, Object> options) {
        NDArray input = inputs.singletonOrThrow();
        NDArray output = base.forward(parameters, inputs, training).singletonOrThrow();
        NDArray seen =
                dropout == null
                        ? input
                        : dropout.forward(parameters, inputs, training).singletonOrThrow();
        NDArray low = Linear.linear(seen, value(parameters, a, input, training)).singletonOrThrow();
        NDArray added =
                Linear.linear(low, value(parameters, b, input, training)).singletonOrThrow();
        NDArray scaling = Constants.vector(added, added.getDataType(), settings.scaling());
        return new NDList(output.add(added.mul(scaling)));
    }

    private static NDArray value(
            ParameterStore parameters, Parameter parameter, NDArray input, boolean training) {
        return parameters.getValue(parameter, input.getDevice(), training);
    }

    /**
     * Adds the adapter to the layer's weight, or takes it off again.
     *
     * @param sign 1 or -1
     */
    void addToWeight(int sign) {
        NDArray weight = weight();
        try (GradientMode _ = GradientMode.off(weight.getManager().getEngine());
                NDManager scope = weight.getManager().newSubManager()) {
            NDArray added = b.getArray().matMul(a.getArray());
            added.attach(scope);
            NDArray scaled = added.mul(sign * settings.scaling());
            InPlace.copy(scaled.addi(weight), weight);
        }
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return base.getOutputShapes(inputShapes);
    }

    /** It was adapted after it was initialised, and what it has must stay. */
    @Override
    public boolean isInitialized() {
        return base.isInitialized();
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputShapes) {
        base.initialize(manager, type, inputShapes);
    }
}
