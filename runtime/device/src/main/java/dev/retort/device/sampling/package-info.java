/**
 * The background sampler: when counters are read, where their values are kept, and what a stretch
 * of time amounts to. Readers never slow it, and it says what it costs. Which counters there are is
 * told by the package of the counters.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.device.sampling;
