/**
 * What a transformer costs to serve: prefill and decode against both roofs of a device, arithmetic
 * and bandwidth, the bytes of its key-value cache, and what fits into memory, over batches and
 * context lengths.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.planning.inference;
