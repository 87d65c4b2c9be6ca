/** What the reports of the measuring commands have in common: their machine and their file. */
@org.jspecify.annotations.NullMarked
package dev.retort.bench.report;
