/**
 * Where the figures of a run go beside the terminal and the report: an {@link
 * dev.retort.efficiency.export.ExportOptions export} reads them once per interval on a thread of
 * its own and hands them to {@linkplain dev.retort.efficiency.export.Destination destinations}.
 * Those that need a library have a package of their own, and nothing here refers to it.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.efficiency.export;
