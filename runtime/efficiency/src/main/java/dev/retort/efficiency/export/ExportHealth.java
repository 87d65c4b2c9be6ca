package dev.retort.efficiency.export;

import dev.retort.device.Reading;

import java.util.List;

/**
 * How an export stands: what it cost, and who does not keep up.
 *
 * @param cpuTime the CPU seconds of its threads
 * @param targets its destinations
 */
record ExportHealth(Reading cpuTime, List<Target> targets) {
    ExportHealth {
        targets = List.copyOf(targets);
    }

    /**
     * A destination.
     *
     * @param name what it is, each name once
     * @param failed how often it threw
     * @param dropped the intervals that it did not get by themselves
     * @param busySeconds for how long it has been at the interval that it is at; 0 while it waits
     */
    record Target(String name, long failed, long dropped, double busySeconds) {}
}
