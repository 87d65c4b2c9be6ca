package dev.retort.device.collective;

/** The element types that are reduced. */
public enum ReduceType {
    /** 32 bits, integer. */
    INT32(4),
    /** 64 bits, integer. */
    INT64(8),
    /** 16 bits, IEEE. */
    FLOAT16(2),
    /** 16 bits, the upper half of fp32. */
    BFLOAT16(2),
    /** 32 bits, IEEE. */
    FLOAT32(4),
    /** 64 bits, IEEE. */
    FLOAT64(8);

    private final int bytes;

    ReduceType(int bytes) {
        this.bytes = bytes;
    }

    /**
     * The size of an element.
     *
     * @return bytes
     */
    public int bytes() {
        return bytes;
    }
}
