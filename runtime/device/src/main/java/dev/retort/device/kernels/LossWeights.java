package dev.retort.device.kernels;

import java.lang.foreign.MemorySegment;

/**
 * How the distillation loss is put together: {@code crossEntropy · CE + divergence · T² · KL}.
 *
 * @param temperature T, more than 0; the powers of 2 up to 8 are faster than others
 * @param crossEntropy the weight of the cross-entropy with the labels
 * @param divergence the weight of the divergence from the teacher
 * @param gradientScale what the gradient is multiplied with, as a rule 1 / rows
 */
public record LossWeights(
        float temperature, float crossEntropy, float divergence, float gradientScale) {

    /** Checks that the temperature is positive and all are finite. */
    public LossWeights {
        if (!(temperature > 0) || Float.isInfinite(temperature)) {
            throw new IllegalArgumentException(
                    "a temperature is positive and finite, found " + temperature);
        }
        if (!Float.isFinite(crossEntropy)
                || !Float.isFinite(divergence)
                || !Float.isFinite(gradientScale)) {
            throw new IllegalArgumentException(
                    "weights are finite, found %s, %s and %s"
                            .formatted(crossEntropy, divergence, gradientScale));
        }
    }

    /** As the kernels take it: a struct of four floats. */
    MemorySegment struct() {
        return MemorySegment.ofArray(
                new float[] {temperature, crossEntropy, divergence, gradientScale});
    }
}
