package dev.retort.bench.training;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.loss.Loss;

import dev.retort.bench.Workload;
import dev.retort.torch.ChannelsLast;
import dev.retort.torch.FastDropout;
import dev.retort.torch.FusedAdam;
import dev.retort.torch.FusedOptimizer;
import dev.retort.torch.FusedSoftmaxCrossEntropyLoss;
import dev.retort.torch.TorchEngine;

import java.util.Collection;

/**
 * The step with what Retort adds to DJL: the fused Adam and loss, the channels last for images, and
 * the fast dropout.
 */
public final class AddedStep implements WorkloadStep {
    private final NDManager manager;
    private final Block network;
    private final ParameterStore store;
    private final Collection<Parameter> parameters;
    private final NDArray features;
    private final NDArray labels;
    private final FusedOptimizer adam = FusedAdam.builder().build();
    private final Loss loss = new FusedSoftmaxCrossEntropyLoss();

    /**
     * Makes the network and a random batch on the default device of the engine Retort.
     *
     * @param workload what is trained
     */
    public AddedStep(Workload workload) {
        manager = Engine.getEngine(TorchEngine.NAME).newBaseManager();
        RandomBatch batch = RandomBatch.of(workload, manager);
        labels = batch.labels();
        network = workload.network();
        network.initialize(manager, DataType.FLOAT32, workload.input());
        store = new ParameterStore(manager, false);
        parameters = network.getParameters().values();
        if (workload == Workload.CNN) {
            ChannelsLast.convert(network);
            features = ChannelsLast.of(batch.features());
        } else {
            features = batch.features();
        }
    }

    @Override
    public void run() {
        try (NDManager step = manager.newSubManager()) {
            // Lent: what is computed of them belongs to the step.
            features.tempAttach(step);
            labels.tempAttach(step);
            try (GradientCollector collector = manager.getEngine().newGradientCollector();
                    FastDropout _ = FastDropout.open()) {
                NDList output = network.forward(store, new NDList(features), true);
                collector.backward(loss.evaluate(new NDList(labels), output));
            }
            adam.step(parameters);
        }
    }

    @Override
    public Block network() {
        return network;
    }

    @Override
    public void close() {
        adam.close();
        manager.close();
    }
}
