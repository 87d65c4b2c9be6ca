package dev.retort.planning.inference;

import static dev.retort.planning.PlanningException.requirePositive;

import dev.retort.planning.PlanningException;

/**
 * The two roofs of a device, or of several that hold a model together.
 *
 * @param flopsPerSecond the FLOP/s that are reached: the peak of the data type times what of it is
 *     reached, positive
 * @param bytesPerSecond the bandwidth to memory that is reached, positive
 * @param memoryBytes the memory there is for weights and cache, positive
 */
public record DeviceRoofs(double flopsPerSecond, double bytesPerSecond, double memoryBytes) {
    /** Checks the numbers. */
    public DeviceRoofs {
        requirePositive("number of FLOP/s", flopsPerSecond);
        requirePositive("number of bytes per second", bytesPerSecond);
        requirePositive("number of bytes of memory", memoryBytes);
    }

    /**
     * Several devices that share a model evenly, without what their communication costs.
     *
     * @param devices how many, at least 1
     * @return their roofs together
     */
    public DeviceRoofs times(int devices) {
        if (devices < 1) {
            throw new PlanningException("expected at least 1 device, found " + devices);
        }
        return new DeviceRoofs(
                devices * flopsPerSecond, devices * bytesPerSecond, devices * memoryBytes);
    }

    /**
     * The FLOPs a byte where both roofs take as long.
     *
     * @return FLOPs a byte
     */
    public double ridge() {
        return flopsPerSecond / bytesPerSecond;
    }
}
