/**
 * The DJL engine {@code Retort} on libtorch: engine, managers, arrays, gradients and models. It is
 * used through DJL's own interfaces; what DJL lacks is public here. Native calls are made in .abi
 * and .ffi alone.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.torch;
