/**
 * What the JVM does beside the training, followed by its flight recorder: garbage collections,
 * safepoints, compilations. It knows nothing of runs. Not exported.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.efficiency.jvm;
