/**
 * The store: an append-only, hash-chained event log in SQLite or PostgreSQL. What was acknowledged
 * is on disk; several processes may write to one store.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.experiment.store;
