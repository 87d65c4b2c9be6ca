/**
 * Minimisers and resampling for robust regressions with few parameters; nothing of it is exported.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.planning.solve;
