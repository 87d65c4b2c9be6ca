/**
 * How a run's ledger outlives its process: an append-only file of JSON lines, each complete in
 * itself and with a checksum, and a mapped page that holds the last nanosecond before a kill. It
 * knows nothing of what the numbers mean. Not exported.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.efficiency.journal;
