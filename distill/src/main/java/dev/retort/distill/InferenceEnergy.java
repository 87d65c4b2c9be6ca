package dev.retort.distill;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;

import dev.retort.device.Reading;
import dev.retort.device.sampling.Sampler;
import dev.retort.distill.train.GradientMode;
import dev.retort.efficiency.RunMeter;
import dev.retort.efficiency.RunOptions;

import java.time.Duration;

/** The energy of forward passes. */
final class InferenceEnergy {
    // The counter of a processor changes every millisecond; over two seconds that is nothing.
    private static final long NANOS = Duration.ofSeconds(2).toNanos();

    private InferenceEnergy() {}

    /**
     * Measures passes of one sample, for two seconds where energy can be read.
     *
     * @param block the block, initialised
     * @param sampleShape the shape of one sample
     * @param sampler reads the energy; borrowed
     * @param parent intermediate arrays live in sub-managers of it
     * @return joules of the processor packages a pass, idle power and other processes included
     */
    static Reading perPass(Block block, Shape sampleShape, Sampler sampler, NDManager parent) {
        if (joules(block, sampleShape, sampler, parent, 0) instanceof Reading.Absent absent) {
            return absent;
        }
        return joules(block, sampleShape, sampler, parent, NANOS);
    }

    private static Reading joules(
            Block block, Shape sampleShape, Sampler sampler, NDManager parent, long nanos) {
        try (GradientMode _ = GradientMode.off(parent.getEngine());
                NDManager manager = parent.newSubManager();
                RunMeter meter = RunOptions.of("inference").sampler(sampler).open()) {
            NDArray input = manager.randomUniform(0, 1, new Shape(1).addAll(sampleShape));
            long passes = 0;
            long begin = System.nanoTime();
            do {
                try (NDManager scope = manager.newSubManager()) {
                    scope.tempAttachAll(input);
                    block.forward(new ParameterStore(scope, false), new NDList(input), false)
                            .head()
                            .toFloatArray();
                }
                passes++;
            } while (System.nanoTime() - begin < nanos);
            return switch (meter.finish().cpu().joules()) {
                case Reading.Absent absent -> absent;
                case Reading.Measured(double joules, String source, long _) ->
                        Reading.now(joules / passes, source);
            };
        }
    }
}
