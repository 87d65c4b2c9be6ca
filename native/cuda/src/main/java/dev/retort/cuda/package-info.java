/**
 * CUDA driver API, NVML, NVRTC and CUPTI, bound by the FFM API, and the probing of their libraries.
 * This module alone makes restricted native calls for CUDA; what it exports is typed, checked Java.
 * No tensor library, no policy and no measurement lives here.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.cuda;
