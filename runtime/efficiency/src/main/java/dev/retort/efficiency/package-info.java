/**
 * Hooks for training code and the wall-clock ledger behind them: where every nanosecond of a run
 * went. The hooks allocate nothing, never synchronise a device and never throw into training. No
 * tensor library lives here; the DJL hook is in dev.retort.distill.train.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.efficiency;
