/**
 * What can be read of a device, and how: the counters of the processor from the kernel's files and
 * the JVM, those of a GPU from NVML. A source reads without allocation; what it cannot read is
 * absent with the reason. When to read, and what becomes of the values, is no matter of this
 * package.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.device.counters;
