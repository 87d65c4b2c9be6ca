package dev.retort.experiment;

/**
 * What an attempt occupies while it runs.
 *
 * @param cores CPU cores, at least 1
 * @param devices accelerators, 0 for a run on the CPU
 */
public record Resources(int cores, int devices) {
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
    }

    /** Cores and no device. */
    public static Resources ofCores(int cores) {
        return new Resources(cores, 0);
    }

    /** The number that is charged by the hour: the devices, or the cores where there are none. */
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
