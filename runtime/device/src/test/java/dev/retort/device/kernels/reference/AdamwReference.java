package dev.retort.device.kernels.reference;

import dev.retort.device.kernels.AdamwStep;

/** The state of one tensor, and a step of AdamW on it. */
public final class AdamwReference {
    /** The parameters. */
    public final double[] parameters;

    /** The moving averages of the gradients and of their squares. */
    public final double[] firstMoments;

    /** The moving average of the squares of the gradients. */
    public final double[] secondMoments;

    /** The moving average of the parameters. */
    public final double[] average;

    /** Begins with zero moments and an average equal to the parameters. */
    public AdamwReference(double[] parameters) {
        this.parameters = parameters.clone();
        this.firstMoments = new double[parameters.length];
        this.secondMoments = new double[parameters.length];
        this.average = parameters.clone();
    }

    /** Makes a step; the norm is that of the gradients of all tensors. */
    public void step(double[] gradients, double norm, AdamwStep settings) {
        double factor = norm > settings.clipNorm() ? settings.clipNorm() / norm : 1;
        double bias1 = 1 - Math.pow(settings.beta1(), settings.step());
        double bias2 = 1 - Math.pow(settings.beta2(), settings.step());
        for (int i = 0; i < parameters.length; i++) {
            double g = gradients[i] * factor;
            parameters[i] *= 1 - (double) settings.learningRate() * settings.weightDecay();
            firstMoments[i] = settings.beta1() * firstMoments[i] + (1 - settings.beta1()) * g;
            secondMoments[i] = settings.beta2() * secondMoments[i] + (1 - settings.beta2()) * g * g;
            parameters[i] -=
                    settings.learningRate()
                            * (firstMoments[i] / bias1)
                            / (Math.sqrt(secondMoments[i] / bias2) + settings.epsilon());
            average[i] =
                    settings.averageDecay() * average[i]
                            + (1 - settings.averageDecay()) * parameters[i];
        }
    }
}
