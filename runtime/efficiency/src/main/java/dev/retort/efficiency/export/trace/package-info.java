/** A trace of a run for Perfetto and chrome://tracing. */
@org.jspecify.annotations.NullMarked
package dev.retort.efficiency.export.trace;
