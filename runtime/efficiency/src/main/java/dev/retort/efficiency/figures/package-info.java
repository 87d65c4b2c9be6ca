/**
 * Figures drawn from ledgers: utilisation of the floating-point units, failure rates, energy, cost,
 * data efficiency. Each is a {@link dev.retort.device.Reading} with its source, or absent with a
 * reason.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.efficiency.figures;
