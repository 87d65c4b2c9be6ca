/** Tables of runs and of samples from CSV files, with units checked and every error at its line. */
@org.jspecify.annotations.NullMarked
package dev.retort.planning.table;
