package dev.retort.efficiency.verdict;

import java.util.OptionalDouble;

/**
 * What a sampled device did in a window. All are shares from 0 to 1; empty where the device does
 * not tell.
 *
 * @param busy the time in which at least one kernel ran
 * @param throttled the time in which its clock was held down, for another reason than idleness or a
 *     setting of the application
 * @param sm the mean share of multiprocessors at work
 * @param tensor the mean activity of the tensor pipes
 * @param dram the mean activity of the memory
 * @param idleInJvmPause the time in which the device was idle while the JVM paused or compiled
 */
public record DeviceActivity(
        OptionalDouble busy,
        OptionalDouble throttled,
        OptionalDouble sm,
        OptionalDouble tensor,
        OptionalDouble dram,
        OptionalDouble idleInJvmPause) {
    /** A device that tells nothing. */
    public static final DeviceActivity UNKNOWN =
            new DeviceActivity(
                    OptionalDouble.empty(),
                    OptionalDouble.empty(),
                    OptionalDouble.empty(),
                    OptionalDouble.empty(),
                    OptionalDouble.empty(),
                    OptionalDouble.empty());
}
