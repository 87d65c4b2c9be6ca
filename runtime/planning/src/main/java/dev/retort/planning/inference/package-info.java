/**
 * What a transformer costs to serve: prefill and decode against both roofs of a device, arithmetic
 * and bandwidth, the bytes of its key-value cache, and what fits into memory, over batches and
 * context lengths; and what layers of attention and of a state space take by the measured rates of
 * a device, and from which length on one is slower than the other.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.planning.inference;
