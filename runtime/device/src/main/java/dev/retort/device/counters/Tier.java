package dev.retort.device.counters;

/** How often a counter is worth reading. A sampler gives each tier its period. */
public enum Tier {
    /** Changes from step to step: utilisation, power, clocks. */
    FAST,
    /** Changes within seconds, or counts up: memory, links, times. */
    MEDIUM,
    /** Changes within minutes, or should never change: temperature, memory errors. */
    SLOW
}
