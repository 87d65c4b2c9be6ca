package dev.retort.torch.neural;

import dev.retort.torch.abi.Scalars;
import dev.retort.torch.abi.Tensors;
import dev.retort.torch.abi.Values;
import dev.retort.torch.ffi.AtenTensor;

/**
 * Dropout (Srivastava et al., 2014) that takes 16 random bits for an element where libtorch takes
 * 64 of its generator on the CPU, which are most of the time of its dropout. The rate is rounded to
 * a multiple of 2<sup>-16</sup>, and what is kept is divided by the rounded share, so that the
 * expectation is the element.
 */
public final class CoarseDropout {
    /** The values of 16 bits. */
    private static final int LEVELS = 1 << 16;

    /** The lowest of 16 bits with a sign. */
    private static final int LOWEST = Short.MIN_VALUE;

    private static final int ELEMENTS_PER_WORD = 4;
    private static final int INT16 = 2;
    private static final int INT64 = 4;
    private static final int FLOAT32 = 6;

    private CoarseDropout() {}

    /** Whether some elements and not all are kept after rounding. */
    public static boolean canRound(double rate) {
        long kept = kept(rate);
        return kept > 0 && kept < LEVELS;
    }

    /**
     * Drops elements.
     *
     * @param x of a floating type, on the CPU; recorded for a backward pass
     * @param rate one that {@link #canRound}
     */
    public static long dropout(long x, double rate) {
        long kept = kept(rate);
        try (Temporaries t = new Temporaries()) {
            long bits = bits(t, Tensors.elements(x));
            long bound = t.own(Scalars.of((int) (kept + LOWEST)));
            long keep = t.own(AtenTensor.lt(bits, bound));
            long factor = t.own(Scalars.of((float) ((double) LEVELS / kept)));
            long noise = t.own(AtenTensor.mul(keep, factor));
            int type = Tensors.dtype(x);
            if (type != FLOAT32) {
                noise = t.own(AtenTensor.to(noise, type, false, false, -1));
            }
            return AtenTensor.mul(x, t.own(AtenTensor.view(noise, Tensors.sizes(x))));
        }
    }

    private static long kept(double rate) {
        return Math.round((1 - rate) * LEVELS);
    }

    private static long bits(Temporaries t, long elements) {
        long words =
                t.own(
                        Tensors.empty(
                                new long[] {Math.ceilDiv(elements, ELEMENTS_PER_WORD)},
                                INT64,
                                Values.device(0, -1)));
        AtenTensor.randomFromInPlace(words, Long.MIN_VALUE, null, 0);
        return t.own(AtenTensor.narrow(t.own(AtenTensor.viewAsType(words, INT16)), 0, 0, elements));
    }
}
