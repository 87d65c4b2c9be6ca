package dev.retort.distill.export;

/** How the weights of an export are stored. Biases and statistics stay 32-bit. */
public enum WeightType {
    /** As they were trained. */
    FP32,
    /**
     * As 8-bit integers with a scale for each output channel, symmetric around zero: {@code w =
     * scale * q}, {@code scale = max|w| / 127} (Jacob et al. 2018; Krishnamoorthi 2018). They take
     * a quarter of the space and become floating-point numbers again where the model is read, so
     * that the work stays the same.
     */
    INT8
}
