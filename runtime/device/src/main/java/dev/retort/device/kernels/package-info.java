/**
 * The project's own kernels as typed launches: shapes and sizes are checked before the device sees
 * them. What runs on the device stands in {@code native/cuda/src/main/cuda}; nothing here knows a
 * tensor library.
 */
@NullMarked
package dev.retort.device.kernels;

import org.jspecify.annotations.NullMarked;
