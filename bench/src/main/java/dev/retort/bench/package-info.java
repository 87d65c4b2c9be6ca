/**
 * JMH benchmarks, kernel measurements and comparisons with peers. A benchmark compares in one run
 * and names its machine. Nothing may depend on this module.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.bench;
