package dev.retort.efficiency;

/** The data type of an operation's inputs, which decides how many of them a device can do. */
public enum Precision {
    /** 64-bit floating point. */
    FP64,
    /** 32-bit floating point, without tensor cores. */
    FP32,
    /** 32-bit floating point rounded to 19 bits for tensor cores. */
    TF32,
    /** 16-bit floating point. */
    FP16,
    /** 16-bit floating point with the exponent of 32 bits. */
    BF16,
    /** 8-bit floating point. */
    FP8,
    /** 8-bit integers. */
    INT8,
    /** 4-bit floating point. */
    FP4
}
