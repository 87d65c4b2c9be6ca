package dev.retort.experiment.schedule;

import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a scheduler may give to runs. Immutable.
 *
 * @param cores CPU cores
 * @param devices accelerators by index
 */
public record Capacity(int cores, List<Integer> devices) {
    /** Checks and copies the components. */
    public Capacity {
        devices = List.copyOf(devices);
        if (cores < 1) {
            throw new IllegalArgumentException(
                    "a scheduler has " + cores + " cores: expected at least 1");
        }
        if (new HashSet<>(devices).size() != devices.size()) {
            throw new IllegalArgumentException("a scheduler has a device twice: " + devices);
        }
    }

    /** All of it. */
    Room room() {
        return new Room(cores, devices.size());
    }

    /** All cores that this process may use, and no device. */
    public static Capacity ofThisMachine() {
        return new Capacity(Runtime.getRuntime().availableProcessors(), List.of());
    }

    /** Cores, and devices from 0. */
    public static Capacity of(int cores, int devices) {
        return new Capacity(cores, IntStream.range(0, devices).boxed().toList());
    }
}
