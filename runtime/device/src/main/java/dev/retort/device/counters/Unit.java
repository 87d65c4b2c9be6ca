package dev.retort.device.counters;

/** The unit of a counter's values. */
public enum Unit {
    /** A part of a whole, from 0 to 1. */
    SHARE,
    /** Bytes. */
    BYTES,
    /** Bytes per second. */
    BYTES_PER_SECOND,
    /** Watts. */
    WATTS,
    /** Joules. */
    JOULES,
    /** Degrees Celsius. */
    CELSIUS,
    /** Hertz. */
    HERTZ,
    /** Seconds. */
    SECONDS,
    /** A number of things. */
    COUNT,
    /** A set of bits, exact up to 2^53. */
    BITS
}
