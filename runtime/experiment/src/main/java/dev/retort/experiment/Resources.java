package dev.retort.experiment;

import org.jspecify.annotations.Nullable;

/**
 * What an attempt occupies while it runs.
 *
 * @param cores CPU cores, at least 1
 * @param devices accelerators, 0 for a run on the CPU
 * @param shares whether other runs that consent may use its device at the same time; {@code null}
 *     is no. Only a run of one device can share it
 * @param peakBytes the most memory that it holds on a device, for those that share one; {@code
 *     null} if that has to be measured first
 */
public record Resources(
        int cores, int devices, @Nullable Boolean shares, @Nullable Long peakBytes) {
    /** Checks the components. */
    public Resources {
        if (cores < 1 || devices < 0) {
            throw new IllegalArgumentException(
                    "a run needs "
                            + cores
                            + " cores and "
                            + devices
                            + " devices: expected at least 1 core and no negative number");
        }
        if (Boolean.TRUE.equals(shares) && devices != 1) {
            throw new IllegalArgumentException(
                    "a run of " + devices + " devices is to share them: expected 1 device");
        }
        if (peakBytes != null && peakBytes < 1) {
            throw new IllegalArgumentException(
                    "a run holds " + peakBytes + " bytes on a device: expected more than 0");
        }
    }

    /** Cores and devices of its own. */
    public Resources(int cores, int devices) {
        this(cores, devices, null, null);
    }

    /** Whether it may share its device. */
    public boolean mayShare() {
        return Boolean.TRUE.equals(shares);
    }

    /** Cores, and one device that other runs may use at the same time. */
    public static Resources sharing(int cores, @Nullable Long peakBytes) {
        return new Resources(cores, 1, true, peakBytes);
    }

    /** Cores and no device. */
    public static Resources ofCores(int cores) {
        return new Resources(cores, 0);
    }

    /**
     * The number that is charged by the hour: the devices, or the cores where there are none. Of a
     * device that is shared, each pays its part of the time in which it was.
     */
    public int charged() {
        return devices > 0 ? devices : cores;
    }

    @Override
    public String toString() {
        String text = cores + (cores == 1 ? " core" : " cores");
        return devices == 0
                ? text
                : text + " and " + devices + (devices == 1 ? " device" : " devices");
    }
}
