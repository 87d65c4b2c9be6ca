package dev.retort.device.kernels;

import java.lang.foreign.MemorySegment;

/**
 * The settings of one step of AdamW, in the notation of Loshchilov and Hutter (2019).
 *
 * @param step which step, from 1; the moments' bias is corrected by it
 * @param learningRate not negative
 * @param beta1 the decay of the first moment, in [0, 1)
 * @param beta2 the decay of the second moment, in [0, 1)
 * @param epsilon added to the root of the second moment, more than 0
 * @param weightDecay decoupled: each step takes this share, times the learning rate, off the
 *     parameters; not negative
 * @param clipNorm the largest global norm of the gradients; positive infinity for no clipping
 * @param averageDecay the decay of the moving average of the parameters, in [0, 1]; of no effect on
 *     a tensor without one
 */
public record AdamwStep(
        int step,
        float learningRate,
        float beta1,
        float beta2,
        float epsilon,
        float weightDecay,
        float clipNorm,
        float averageDecay) {

    /** Checks the ranges. */
    public AdamwStep {
        check(step >= 1, "step", "at least 1", step);
        check(learningRate >= 0, "learningRate", "not negative", learningRate);
        check(beta1 >= 0 && beta1 < 1, "beta1", "in [0, 1)", beta1);
        check(beta2 >= 0 && beta2 < 1, "beta2", "in [0, 1)", beta2);
        check(epsilon > 0, "epsilon", "more than 0", epsilon);
        check(weightDecay >= 0, "weightDecay", "not negative", weightDecay);
        check(clipNorm > 0, "clipNorm", "more than 0", clipNorm);
        check(averageDecay >= 0 && averageDecay <= 1, "averageDecay", "in [0, 1]", averageDecay);
    }

    private static void check(boolean holds, String name, String range, float value) {
        if (!holds) {
            throw new IllegalArgumentException("%s is %s, found %s".formatted(name, range, value));
        }
    }

    /** Struct {@code Update} of adamw.cu. */
    MemorySegment struct() {
        return MemorySegment.ofArray(
                new float[] {
                    learningRate,
                    beta1,
                    beta2,
                    epsilon,
                    weightDecay,
                    (float) (1 - Math.pow(beta1, step)),
                    (float) Math.sqrt(1 - Math.pow(beta2, step)),
                    averageDecay
                });
    }
}
