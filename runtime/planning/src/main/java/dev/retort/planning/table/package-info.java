/**
 * Tables of runs and of samples from CSV and Parquet files, with units checked and every error at
 * its line.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.planning.table;
