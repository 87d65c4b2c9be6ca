/**
 * The kernel bench: each kernel timed on the device, checked against a float64 reference on fresh
 * random inputs, and compared with what the same device reaches in a plain copy. A simulated device
 * is checked, never timed.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.bench.kernels;
