/** How fast laws are fitted, and how often their intervals hold the truth. */
@org.jspecify.annotations.NullMarked
package dev.retort.bench.planning;
