package dev.retort.torch.neural;

import ai.djl.engine.EngineException;

import dev.retort.torch.abi.Scalars;
import dev.retort.torch.abi.Tensors;
import dev.retort.torch.ffi.AtenTensor;

/** Numbers as operands, which change no type of result. */
final class Numbers {
    private static final int FIRST_FLOATING = 5;
    private static final int BFLOAT16 = 15;
    private static final int LAST_FLOATING = 7;

    private Numbers() {}

    /**
     * A 0-dimensional tensor for use with a floating-point tensor. Against one with axes a double
     * gives way; against one without, it would win, so it gets that one's type.
     *
     * @return a handle owned by {@code t}
     */
    static long like(Temporaries t, long tensor, double value) {
        long number = t.own(Scalars.of(value));
        return Tensors.dim(tensor) > 0
                ? number
                : t.own(AtenTensor.to(number, Tensors.dtype(tensor), false, false, -1));
    }

    /** Refuses integers and truth values. */
    static void requireFloating(long tensor, String function) {
        int type = Tensors.dtype(tensor);
        if ((type < FIRST_FLOATING || type > LAST_FLOATING) && type != BFLOAT16) {
            throw new EngineException(
                    function + " needs a floating-point type, found libtorch's type " + type);
        }
    }
}
