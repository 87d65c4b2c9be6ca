/**
 * Devices of this machine, and what a figure of one is; the CPU is a device like any other. A
 * figure is a value with its source, or absent with the reason. No tensor library and no knowledge
 * of training lives here, nor in the packages below: GPUs, counters, and the background sampler.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.device;
