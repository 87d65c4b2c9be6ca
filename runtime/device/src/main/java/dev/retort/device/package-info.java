/**
 * Devices of this machine, their counters and the background sampler; the CPU is a device like any
 * other. A counter is a value with its source, or absent with the reason. No tensor library and no
 * knowledge of training lives here.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.device;
