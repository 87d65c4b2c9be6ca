package dev.retort.experiment.schedule;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What a scheduler may give to runs. Immutable. A device is given out once on a machine, whatever
 * number of schedulers has it; cores are those of this scheduler.
 *
 * @param cores CPU cores
 * @param devices accelerators by index
 * @param facts what is known of them, by index
 */
public record Capacity(int cores, List<Integer> devices, Map<Integer, DeviceFacts> facts) {
    /** Checks and copies the components. */
    public Capacity {
        devices = List.copyOf(devices);
        facts = Map.copyOf(facts);
        if (cores < 1) {
            throw new IllegalArgumentException(
                    "a scheduler has " + cores + " cores: expected at least 1");
        }
        if (new HashSet<>(devices).size() != devices.size()) {
            throw new IllegalArgumentException("a scheduler has a device twice: " + devices);
        }
    }

    /** Devices of which nothing is known but their index. */
    public Capacity(int cores, List<Integer> devices) {
        this(cores, devices, Map.of());
    }

    /** All of it. */
    Room room() {
        return new Room(cores, devices.size());
    }

    /** What is known of a device. */
    DeviceFacts factsOf(int device) {
        return facts.getOrDefault(device, DeviceFacts.UNKNOWN);
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
