package dev.retort.bench.training;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import ai.djl.nn.ParameterList;

/**
 * A training step of a workload: forward, loss, backward and Adam, on a random batch that lies on
 * the device. It owns network, batch and optimizer. Confined to one thread.
 */
public interface WorkloadStep extends AutoCloseable {
    /** Makes a step. On a GPU it is queued, and may be done later. */
    void run();

    /** What is trained. */
    Block network();

    /** Waits until the device has done all steps. Nothing has to be waited for on the CPU. */
    default void await() {
        ParameterList parameters = network().getParameters();
        NDArray last = parameters.valueAt(parameters.size() - 1).getArray();
        if (last.getDevice().isGpu()) {
            // The bias of the last layer, a few numbers. The copy to the host is queued on the
            // stream of the step, behind everything that the step has queued there, and returns
            // when it is done, so it waits for all. PyTorch's side waits without a copy.
            last.toFloatArray();
        }
    }

    @Override
    void close();
}
