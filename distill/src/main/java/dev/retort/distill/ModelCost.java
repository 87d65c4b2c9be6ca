package dev.retort.distill;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;

import dev.retort.device.Reading;
import dev.retort.device.sampling.Sampler;
import dev.retort.distill.flops.FlopCount;
import dev.retort.distill.flops.FlopCounter;

import java.util.Arrays;
import java.util.List;

/**
 * A model's network, and what it takes to keep and to use it.
 *
 * @param network its blocks with their shapes, a line each, as DJL describes them
 * @param parameters the number of numbers in the model, running statistics included
 * @param bytes their size in memory
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
    private static final int[] BATCHES = {1, 32};

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
     * Counts and times a model.
     *
     * @param model the model, its block initialised
     * @param sampleShape the shape of one sample
     * @param sampler reads the energy; borrowed
     * @return the cost, with latencies for batches of 1 and 32
     */
    public static ModelCost measure(Model model, Shape sampleShape, Sampler sampler) {
        long parameters = 0;
        long bytes = 0;
        for (Parameter parameter : model.getBlock().getParameters().values()) {
            NDArray array = parameter.getArray();
            parameters += array.size();
            bytes += array.size() * array.getDataType().getNumOfBytes();
        }
        List<InferenceLatency> latencies =
                Arrays.stream(BATCHES)
                        .mapToObj(
                                batch ->
                                        InferenceLatency.measure(
                                                model.getBlock(),
                                                sampleShape,
                                                batch,
                                                model.getNDManager()))
                        .toList();
        List<String> network = model.getBlock().toString().strip().lines().toList();
        return new ModelCost(
                network,
                parameters,
                bytes,
                FlopCounter.count(model.getBlock(), new Shape(1).addAll(sampleShape)),
                InferenceEnergy.perPass(
                        model.getBlock(), sampleShape, sampler, model.getNDManager()),
                latencies);
    }
}
