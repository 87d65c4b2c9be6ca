/** Plans as a page that is complete without a network, with plots on logarithmic axes. */
@org.jspecify.annotations.NullMarked
package dev.retort.planning.report;
