package dev.retort.torch.neural;

import dev.retort.torch.abi.Arithmetic;
import dev.retort.torch.abi.Scalars;
import dev.retort.torch.ffi.AtenNeural;
import dev.retort.torch.ffi.AtenTensor;

/**
 * Activations whose ATen operators take numbers that the C ABI cannot pass, made of operators that
 * take tensors. All are differentiable and broadcast nothing.
 */
public final class Activations {
    private Activations() {}

    /**
     * The softplus function log(1 + exp(x)), as -log(sigmoid(-x)). libtorch's own returns x itself
     * above 20, which is the same in single precision.
     */
    public static long softPlus(long x) {
        try (Temporaries t = new Temporaries()) {
            return AtenTensor.neg(t.own(AtenNeural.logSigmoid(t.own(AtenTensor.neg(x)))));
        }
    }

    /** The softsign function x / (1 + |x|). */
    public static long softSign(long x) {
        try (Temporaries t = new Temporaries()) {
            long one = t.own(Scalars.of(1L));
            long divisor = t.own(Arithmetic.add(t.own(AtenTensor.abs(x)), one));
            return AtenTensor.div(x, divisor);
        }
    }

    /** The rectifier with a slope for negative numbers. */
    public static long leakyRelu(long x, double slope) {
        Numbers.requireFloating(x, "leakyRelu");
        try (Temporaries t = new Temporaries()) {
            long positive = t.own(AtenTensor.gt(x, t.own(Scalars.of(0L))));
            long below = t.own(AtenTensor.mul(x, Numbers.like(t, x, slope)));
            return AtenTensor.where(positive, x, below);
        }
    }

    /** The exponential linear unit: x above 0, alpha (exp(x) - 1) below. */
    public static long elu(long x, double alpha) {
        Numbers.requireFloating(x, "elu");
        try (Temporaries t = new Temporaries()) {
            long zero = t.own(Scalars.of(0L));
            long positive = t.own(AtenTensor.gt(x, zero));
            // Without large x, whose exponential, and gradient, would be infinite.
            long below = t.own(AtenTensor.expm1(t.own(AtenTensor.where(positive, zero, x))));
            long scaled = t.own(AtenTensor.mul(below, Numbers.like(t, x, alpha)));
            return AtenTensor.where(positive, x, scaled);
        }
    }
}
