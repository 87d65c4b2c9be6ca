package dev.retort.experiment.schedule;

import dev.retort.experiment.Resources;

/**
 * Room for attempts.
 *
 * @param cores CPU cores
 * @param devices how many accelerators
 */
record Room(int cores, int devices) {
    boolean fits(Resources needed) {
        return needed.cores() <= cores && needed.devices() <= devices;
    }

    /** Whether some of what one needs is missing and another holds it. */
    boolean lacks(Resources needed, Resources held) {
        return needed.cores() > cores || (needed.devices() > devices && held.devices() > 0);
    }

    /** What is left for others, if as much as there is of what one needs is kept for it. */
    Room without(Resources kept) {
        return new Room(Math.max(0, cores - kept.cores()), Math.max(0, devices - kept.devices()));
    }
}
