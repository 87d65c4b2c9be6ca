/**
 * What running experiments costs: the durable overhead of a trial, the rate of metric points and
 * how full slots are kept. Programs, since each needs a store of its own and minutes.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.bench.lab;
