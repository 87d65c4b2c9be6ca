/**
 * What people read of a run: the summary in ten lines, the page in a browser, and the parts they
 * are made of. Nothing is measured here.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.efficiency.report;
