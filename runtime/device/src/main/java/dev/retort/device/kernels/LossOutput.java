package dev.retort.device.kernels;

import dev.retort.device.gpu.DeviceMemory;

/**
 * Where a distillation loss goes. It borrows the memory.
 *
 * @param gradient the gradient for the student's logits; may be the matrix of the student or of the
 *     teacher, which it then overwrites
 * @param crossEntropy one float for each row: the cross-entropy, 0 for a row without a label, NaN
 *     for a label that is no class
 * @param divergence one float for each row: T² · KL(teacher ‖ student)
 */
public record LossOutput(Matrix gradient, DeviceMemory crossEntropy, DeviceMemory divergence) {
    /** Checks that there is a float for each row. */
    public LossOutput {
        Matrix.checkRoom("the cross-entropy of each row", crossEntropy, gradient.rows());
        Matrix.checkRoom("the divergence of each row", divergence, gradient.rows());
    }
}
