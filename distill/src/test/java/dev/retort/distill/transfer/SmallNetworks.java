package dev.retort.distill.transfer;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.training.ParameterStore;

import dev.retort.distill.train.BatchSource;
import dev.retort.distill.train.TensorSource;

import java.util.LinkedHashMap;
import java.util.Map;

/** Networks of few numbers, and data for them. */
final class SmallNetworks {
    static final int INPUTS = 6;
    static final int CLASSES = 3;
    static final int SAMPLES = 48;

    private SmallNetworks() {}

    /** 01Linear, 02BatchNorm, 03ReLU, 04SequentialBlock of 01Linear and 02ReLU, 05Linear. */
    static SequentialBlock normalised() {
        return new SequentialBlock()
                .add(Linear.builder().setUnits(8).build())
                .add(BatchNorm.builder().build())
                .add(Activation.reluBlock())
                .add(
                        new SequentialBlock()
                                .add(Linear.builder().setUnits(7).build())
                                .add(Activation.reluBlock()))
                .add(Linear.builder().setUnits(CLASSES).build());
    }

    static Model model(Block block, int seed) {
        Model model = Model.newInstance("small");
        model.getNDManager().getEngine().setRandomSeed(seed);
        block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, INPUTS));
        model.setBlock(block);
        return model;
    }

    static NDArray inputs(NDManager manager) {
        manager.getEngine().setRandomSeed(11);
        return manager.randomNormal(new Shape(SAMPLES, INPUTS));
    }

    static BatchSource source(NDManager manager) {
        long[] labels = new long[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            labels[i] = i % CLASSES;
        }
        return TensorSource.shuffled(
                inputs(manager), new NDList(manager.create(labels)), SAMPLES / 4, 1);
    }

    static float[] run(Block block, NDArray inputs) {
        try (NDManager scope = inputs.getManager().newSubManager()) {
            scope.tempAttachAll(inputs);
            return block.forward(new ParameterStore(scope, false), new NDList(inputs), false)
                    .head()
                    .toFloatArray();
        }
    }

    /** Copies of all parameters by path. */
    static Map<String, float[]> values(Block block) {
        Map<String, float[]> values = new LinkedHashMap<>();
        for (Map.Entry<String, Parameter> entry : ParameterPaths.of(block).entrySet()) {
            values.put(entry.getKey(), entry.getValue().getArray().toFloatArray());
        }
        return values;
    }
}
