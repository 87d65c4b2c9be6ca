package dev.retort.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;

import dev.retort.torch.abi.Tensors;
import dev.retort.torch.ffi.AtenTensor;

/**
 * The memory layout in which the channels of a pixel lie beside each other, which convolutions of
 * many processors and GPUs are faster in. Shapes stay (batch, channels, height, width); only the
 * strides differ. Convert the parameters of a block once, and each batch; what is computed of them
 * keeps the layout.
 */
public final class ChannelsLast {
    private static final int IMAGES = 2;
    private static final int VOLUMES = 3;

    private ChannelsLast() {}

    /**
     * An array in this layout.
     *
     * @param array an array of four or five axes
     * @return an array of the same shape and values in the same manager; it shares the memory if it
     *     had the layout
     */
    public static NDArray of(NDArray array) {
        return Handles.manager(array).wrap(converted(array));
    }

    private static long converted(NDArray array) {
        int axes = array.getShape().dimension();
        if (axes != 4 && axes != 5) {
            throw new IllegalArgumentException(
                    "expected images of 4 or volumes of 5 axes, found the shape "
                            + array.getShape());
        }
        long handle = Handles.of(array);
        // Not contiguous(): with one channel both layouts are the same memory, and it would leave
        // the strides by which operators choose the layout of their results.
        return AtenTensor.to(
                handle, Tensors.dtype(handle), false, false, axes == 4 ? IMAGES : VOLUMES);
    }

    /**
     * Converts the parameters of four axes in place, as do convolutions' weights: they stay the
     * same objects. Gradients that they had are removed.
     *
     * @param block an initialized block
     */
    public static void convert(Block block) {
        try (NoGrad _ = NoGrad.open()) {
            for (Parameter parameter : block.getParameters().values()) {
                NDArray array = parameter.getArray();
                if (array.getShape().dimension() == 4) {
                    long converted = converted(array);
                    try {
                        AtenTensor.setSource(Handles.of(array), converted);
                    } finally {
                        Tensors.delete(converted);
                    }
                    Handles.torch(array).removeGradient();
                }
            }
        }
    }
}
