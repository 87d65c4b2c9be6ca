/**
 * The command line of {@code bench} in a clone, and all of the portable bundle, which runs on a
 * host with an NVIDIA driver and no JDK.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.bench.portable;
