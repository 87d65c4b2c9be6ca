package dev.retort.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;

import dev.retort.torch.abi.Generators;

/**
 * The state of the CPU's random generator, so that a resumed training draws the numbers that it
 * would have drawn. It is the generator of the whole process, which {@code Engine.setRandomSeed}
 * seeds; the bytes are those of Python's {@code torch.get_rng_state()}. The generators of GPUs
 * cannot be read: the C ABI has no function for it.
 */
public final class RandomState {
    private RandomState() {}

    /**
     * Reads the state.
     *
     * @param manager a manager on the CPU, owns the result
     * @return a copy of the state, bytes of one axis
     */
    public static NDArray save(NDManager manager) {
        return Handles.torch(manager).wrap(Generators.state());
    }

    /**
     * Sets the state.
     *
     * @param state what {@link #save} or Python gave, on the CPU
     * @throws IllegalArgumentException if it is no state of this generator
     */
    public static void restore(NDArray state) {
        if (state.getDataType() != DataType.UINT8 || !state.getDevice().equals(Device.cpu())) {
            throw new IllegalArgumentException(
                    "expected bytes on the CPU, found %s on %s"
                            .formatted(state.getDataType(), state.getDevice()));
        }
        try (NDArray contiguous = state.flatten()) {
            Generators.setState(Handles.of(contiguous));
        }
    }
}
