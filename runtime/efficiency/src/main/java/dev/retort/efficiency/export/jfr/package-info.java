/** Figures and segments of a run as events of the flight recorder. */
@org.jspecify.annotations.NullMarked
package dev.retort.efficiency.export.jfr;
