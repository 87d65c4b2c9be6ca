package dev.retort.torch.neural;

import dev.retort.torch.abi.Scalars;
import dev.retort.torch.abi.Tensors;
import dev.retort.torch.abi.Values;
import dev.retort.torch.ffi.AtenTensor;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A number of steps so large that libtorch's fused Adam corrects no bias: both powers of the decay
 * rates are 0. DJL corrects the biases in the learning rate.
 */
final class UncorrectedStep {
    private static final float MANY = 1e9f;

    /** One per device; libtorch reads them only. */
    private static final Map<Long, Long> STEPS = new ConcurrentHashMap<>();

    private UncorrectedStep() {}

    /** A borrowed handle of a float32 tensor on the device of another. */
    static long on(long tensor) {
        long device = Values.device(Tensors.deviceType(tensor), Tensors.deviceIndex(tensor));
        return STEPS.computeIfAbsent(device, UncorrectedStep::make);
    }

    private static long make(long device) {
        long onCpu = Scalars.of(MANY);
        try {
            return AtenTensor.to(onCpu, device, Tensors.dtype(onCpu), false, true, -1);
        } finally {
            Tensors.delete(onCpu);
        }
    }
}
