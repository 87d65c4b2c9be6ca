package dev.retort.distill;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;

import dev.retort.device.Reading;
import dev.retort.device.sampling.Sampler;
import dev.retort.distill.flops.FlopCount;
import dev.retort.distill.flops.FlopCounter;

import java.util.ArrayList;
import java.util.List;

/**
 * A model's network, and what it takes to keep and to use it.
 *
 * @param network its blocks with their shapes, a line each, as DJL describes them
 * @param parameters the number of numbers in the model, running statistics included; 0 for a
 *     teacher of another kind than a DJL network, which cannot be looked into
 * @param bytes their size in memory; 0 where they are not known
 * @param flops the operations of a forward pass of one sample
 * @param joules the energy of one
 * @param latencies the time of a forward pass, by batch size
 */
public record ModelCost(
        List<String> network,
        long parameters,
        long bytes,
        FlopCount flops,
        Reading joules,
        List<InferenceLatency> latencies) {
    private static final List<Integer> BATCHES = List.of(1, 32);

    /** Copies the lists. */
    public ModelCost {
        network = List.copyOf(network);
        latencies = List.copyOf(latencies);
    }

    /**
     * The median time of a pass of one sample.
     *
     * @return seconds
     */
    public double secondsPerRequest() {
        return latencies.stream()
                        .filter(latency -> latency.batch() == 1)
                        .findFirst()
                        .orElseThrow()
                        .p50()
                        .toNanos()
                / 1e9;
    }

    /**
     * Counts models, and times them side by side.
     *
     * @param models the models, their blocks initialised on one device; at least one
     * @param sampleShape the shape of one sample
     * @param sampler reads the energy; borrowed
     * @return the costs in the same order, with {@linkplain InferenceLatency#measure latencies} for
     *     batches of 1 and 32
     */
    public static List<ModelCost> measure(List<Model> models, Shape sampleShape, Sampler sampler) {
        List<Block> blocks = models.stream().map(Model::getBlock).toList();
        NDManager manager = models.getFirst().getNDManager();
        List<List<InferenceLatency>> latencies =
                InferenceLatency.measure(blocks, sampleShape, BATCHES, manager);
        List<ModelCost> costs = new ArrayList<>();
        for (int i = 0; i < models.size(); i++) {
            costs.add(of(models.get(i), sampleShape, sampler, latencies.get(i)));
        }
        return costs;
    }

    private static ModelCost of(
            Model model, Shape sampleShape, Sampler sampler, List<InferenceLatency> latencies) {
        Block block = model.getBlock();
        long parameters = 0;
        long bytes = 0;
        for (Parameter parameter : block.getParameters().values()) {
            NDArray array = parameter.getArray();
            parameters += array.size();
            bytes += array.size() * array.getDataType().getNumOfBytes();
        }
        return new ModelCost(
                block.toString().strip().lines().toList(),
                parameters,
                bytes,
                FlopCounter.count(block, new Shape(1).addAll(sampleShape)),
                InferenceEnergy.perPass(block, sampleShape, sampler, model.getNDManager()),
                latencies);
    }
}
