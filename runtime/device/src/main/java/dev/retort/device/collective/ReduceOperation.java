package dev.retort.device.collective;

/** How the members' elements become one. */
public enum ReduceOperation {
    /** Their sum. */
    SUM,
    /** Their product. */
    PRODUCT,
    /** The largest. */
    MAX,
    /** The smallest. */
    MIN,
    /** Their mean. */
    AVERAGE
}
