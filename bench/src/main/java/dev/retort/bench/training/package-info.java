/**
 * A training step timed on the device that the engine Retort would train on, beside PyTorch eager
 * on the same one. The steps are those that the JMH benchmarks time; a side that cannot be measured
 * is blank and says why.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.bench.training;
