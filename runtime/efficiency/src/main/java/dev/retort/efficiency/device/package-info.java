/**
 * How long a device worked on stretches of a program, told by events that are recorded when a
 * stretch begins and ends and read long after. It knows nothing of runs. Not exported.
 */
@org.jspecify.annotations.NullMarked
package dev.retort.efficiency.device;
