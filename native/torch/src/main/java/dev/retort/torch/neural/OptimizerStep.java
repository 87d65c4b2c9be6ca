package dev.retort.torch.neural;

import dev.retort.torch.abi.Arithmetic;
import dev.retort.torch.ffi.AtenNeural;
import dev.retort.torch.ffi.AtenTensor;

/**
 * One step of an optimizer for one weight, in place, by the formulas that DJL's optimizers
 * document. The gradient is not changed. The caller has switched the recording of gradients off.
 *
 * @param weight of a floating type
 * @param gradient of the weight's shape
 * @param rate the learning rate
 * @param decay what is added to the gradient, times the weight
 * @param scale by which the gradient is multiplied first
 * @param clip bound of the scaled gradient's elements; negative for none
 */
public record OptimizerStep(
        long weight, long gradient, double rate, double decay, double scale, double clip) {

    /**
     * Stochastic gradient descent without momentum: {@code weight -= rate * g}, where {@code g} is
     * the scaled gradient, bounded from above, plus the decay. DJL's PyTorch engine does not bound
     * it from below.
     */
    public void sgd() {
        try (Temporaries t = new Temporaries();
                InPlace w = new InPlace(weight)) {
            long g = t.own(AtenTensor.contiguous(boundedAbove(t), CONTIGUOUS));
            AtenNeural.fusedSgd(
                    w.list(), list(g), NONE, decay, 0, rate, 0, false, false, false, 0, 0);
        }
    }

    /** With momentum: {@code velocity = momentum * velocity + rate * g; weight -= velocity}. */
    public void sgd(long velocity, double momentum) {
        try (Temporaries t = new Temporaries();
                InPlace w = new InPlace(weight);
                InPlace v = new InPlace(velocity)) {
            long g = scaled(t, decayed(t, boundedAbove(t)), rate);
            long step = t.own(AtenTensor.contiguous(g, CONTIGUOUS));
            AtenNeural.fusedSgd(
                    w.list(), list(step), v.list(), 0, momentum, 1, 0, false, false, false, 0, 0);
        }
    }

    /**
     * Nesterov's accelerated gradient: {@code state = momentum * state + g; weight -= rate * (g +
     * momentum * state)}.
     */
    public void nesterov(long state, double momentum) {
        try (Temporaries t = new Temporaries();
                InPlace w = new InPlace(weight);
                InPlace s = new InPlace(state)) {
            long g = t.own(AtenTensor.contiguous(bounded(t), CONTIGUOUS));
            AtenNeural.fusedSgd(
                    w.list(), list(g), s.list(), decay, momentum, rate, 0, true, false, false, 0,
                    0);
        }
    }

    /**
     * Adam as DJL's PyTorch engine computes it: {@code mean = beta1 * mean + (1 - beta1) * g;
     * variance = beta2 * variance + (1 - beta2) * g^2; weight -= corrected * mean / (sqrt(variance)
     * + epsilon)}. Unlike in PyTorch, epsilon is added to the root before the correction of its
     * bias.
     *
     * @param corrected the learning rate with the correction of both biases in it
     * @param decoupled AdamW: the weight decays by {@code rate * decay} by itself, and {@code g}
     *     holds no decay
     */
    public void adam(
            long mean,
            long variance,
            double corrected,
            double beta1,
            double beta2,
            double epsilon,
            boolean decoupled) {
        try (Temporaries t = new Temporaries();
                InPlace w = new InPlace(weight);
                InPlace m = new InPlace(mean);
                InPlace v = new InPlace(variance)) {
            if (decoupled && decay != 0) {
                AtenTensor.mulInPlace(w.list()[0], Numbers.like(t, weight, 1 - rate * decay));
            }
            long g = t.own(AtenTensor.contiguous(boundedAbove(t), CONTIGUOUS));
            AtenNeural.fusedAdam(
                    w.list(),
                    list(g),
                    m.list(),
                    v.list(),
                    NONE,
                    list(UncorrectedStep.on(weight)),
                    corrected,
                    beta1,
                    beta2,
                    decoupled ? 0 : decay,
                    epsilon,
                    false,
                    false,
                    0,
                    0);
        }
    }

    /** AdaGrad: {@code history += g^2; weight -= rate * g / (sqrt(history) + epsilon)}. */
    public void adagrad(long history, double epsilon) {
        try (Temporaries t = new Temporaries()) {
            long g = decayed(t, bounded(t));
            Arithmetic.addInPlace(history, t.own(AtenTensor.square(g)));
            long root = plus(t, t.own(AtenTensor.sqrt(history)), epsilon);
            Arithmetic.subtractInPlace(weight, scaled(t, t.own(AtenTensor.div(g, root)), rate));
        }
    }

    /**
     * AdaDelta, which needs no learning rate: {@code s = rho * s + (1 - rho) * g^2; step =
     * sqrt(delta + epsilon) / sqrt(s + epsilon) * g; delta = rho * delta + (1 - rho) * step^2;
     * weight -= step}.
     */
    public void adadelta(long s, long delta, double rho, double epsilon) {
        try (Temporaries t = new Temporaries()) {
            long g = decayed(t, bounded(t));
            mix(t, s, t.own(AtenTensor.square(g)), rho);
            long above = t.own(AtenTensor.sqrt(plus(t, delta, epsilon)));
            long below = t.own(AtenTensor.sqrt(plus(t, s, epsilon)));
            long step = t.own(AtenTensor.mul(t.own(AtenTensor.div(above, below)), g));
            mix(t, delta, t.own(AtenTensor.square(step)), rho);
            Arithmetic.subtractInPlace(weight, step);
        }
    }

    /**
     * RMSProp: {@code square = rho * square + (1 - rho) * g^2; weight -= rate * g / (sqrt(square) +
     * epsilon)}.
     */
    public void rmsprop(long square, double rho, double epsilon) {
        try (Temporaries t = new Temporaries()) {
            long g = decayed(t, bounded(t));
            mix(t, square, t.own(AtenTensor.square(g)), rho);
            long root = plus(t, t.own(AtenTensor.sqrt(square)), epsilon);
            Arithmetic.subtractInPlace(weight, scaled(t, t.own(AtenTensor.div(g, root)), rate));
        }
    }

    /**
     * RMSProp with the gradient's variance instead of its square, by Graves: {@code square} as
     * above; {@code mean = rho * mean + (1 - rho) * g; velocity = momentum * velocity - rate * g /
     * sqrt(square - mean^2 + epsilon); weight += velocity}.
     */
    public void rmspropCentered(
            long square, long mean, long velocity, double rho, double momentum, double epsilon) {
        try (Temporaries t = new Temporaries()) {
            long g = decayed(t, bounded(t));
            mix(t, square, t.own(AtenTensor.square(g)), rho);
            mix(t, mean, g, rho);
            long variance = t.own(Arithmetic.subtract(square, t.own(AtenTensor.square(mean))));
            long root = t.own(AtenTensor.sqrt(plus(t, variance, epsilon)));
            AtenTensor.mulInPlace(velocity, Numbers.like(t, velocity, momentum));
            Arithmetic.subtractInPlace(velocity, scaled(t, t.own(AtenTensor.div(g, root)), rate));
            Arithmetic.addInPlace(weight, velocity);
        }
    }

    private static final long[] NONE = {};
    private static final int CONTIGUOUS = 0;

    private static long[] list(long handle) {
        return new long[] {handle};
    }

    private long boundedAbove(Temporaries t) {
        long g = scale == 1 ? gradient : scaled(t, gradient, scale);
        return clip < 0 ? g : t.own(AtenTensor.minimum(g, Numbers.like(t, g, clip)));
    }

    private long bounded(Temporaries t) {
        long g = boundedAbove(t);
        return clip < 0 ? g : t.own(AtenTensor.maximum(g, Numbers.like(t, g, -clip)));
    }

    private long decayed(Temporaries t, long g) {
        return decay == 0 ? g : t.own(Arithmetic.add(g, scaled(t, weight, decay)));
    }

    private static long scaled(Temporaries t, long x, double factor) {
        return t.own(AtenTensor.mul(x, Numbers.like(t, x, factor)));
    }

    private static long plus(Temporaries t, long x, double number) {
        return t.own(Arithmetic.add(x, Numbers.like(t, x, number)));
    }

    /** {@code average = share * average + (1 - share) * x}. */
    private static void mix(Temporaries t, long average, long x, double share) {
        AtenTensor.mulInPlace(average, Numbers.like(t, average, share));
        Arithmetic.addInPlace(average, scaled(t, x, 1 - share));
    }
}
