package dev.retort.device.blas;

/** The element types of a product's inputs and how it is computed; all accumulate in fp32. */
public enum Precision {
    /** fp32 in, fp32 arithmetic, fp32 out. */
    FLOAT32(4, 4),
    /** fp32 in, rounded to TF32 for the tensor cores, fp32 out. */
    TENSOR_FLOAT32(4, 4),
    /** fp16 in and out. */
    FLOAT16(2, 2),
    /** bfloat16 in and out. */
    BFLOAT16(2, 2),
    /**
     * fp8 (E4M3) in, bfloat16 out. The second matrix must be given transposed, and the extents be
     * multiples of 16; needs compute capability 8.9 or newer.
     */
    FLOAT8_E4M3(1, 2);

    private final int inputBytes;
    private final int outputBytes;

    Precision(int inputBytes, int outputBytes) {
        this.inputBytes = inputBytes;
        this.outputBytes = outputBytes;
    }

    /**
     * The size of an element of the factors.
     *
     * @return bytes
     */
    public int inputBytes() {
        return inputBytes;
    }

    /**
     * The size of an element of the product.
     *
     * @return bytes
     */
    public int outputBytes() {
        return outputBytes;
    }
}
