/**
 * NVIDIA devices and what lives on them: contexts, streams, events, memory, kernels and graphs,
 * each owned by one object that closes it. Work is checked before the driver sees it. Counters and
 * their sampling live in {@code dev.retort.device}; no tensor library is known here.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.device.gpu;
