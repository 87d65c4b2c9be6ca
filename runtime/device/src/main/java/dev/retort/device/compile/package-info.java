/**
 * CUDA C++ to device code at run time, by NVIDIA's compiler NVRTC, with a cache on disk of what was
 * compiled. Neither a device nor a driver is needed. Loading the code is the business of {@code
 * dev.retort.device.gpu}.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.device.compile;
