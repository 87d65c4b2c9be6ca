package dev.retort.experiment.schedule;

import dev.retort.device.gpu.VisibleDevices;
import dev.retort.device.gpu.VisibleDevices.Entry;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The names of devices that hold for all processes of a machine: a UUID, or else the index without
 * what {@code CUDA_VISIBLE_DEVICES} of this process makes of it. Immutable.
 */
final class DeviceNames {
    /** What a process sees that is given no device. */
    private static final String NONE = "-1";

    private final Capacity capacity;
    private final VisibleDevices visible;
    private final Path locks;

    DeviceNames(Capacity capacity) {
        this(
                capacity,
                System.getenv(),
                Path.of(System.getProperty("java.io.tmpdir"), "retort-devices"));
    }

    /**
     * Names.
     *
     * @param capacity what is known of devices
     * @param environment that of this process
     * @param locks the folder of the locks, the same for all schedulers of a machine
     */
    DeviceNames(Capacity capacity, Map<String, String> environment, Path locks) {
        this.capacity = capacity;
        this.visible = VisibleDevices.of(environment);
        this.locks = locks;
    }

    private String nameOf(int device) {
        String uuid = capacity.factsOf(device).uuid();
        if (uuid != null) {
            return uuid;
        }
        List<Entry> entries = visible.entries();
        return device < entries.size() ? text(entries.get(device)) : Integer.toString(device);
    }

    private static String text(Entry entry) {
        return switch (entry) {
            case Entry.ByIndex(int index) -> Integer.toString(index);
            case Entry.ByUuid(String prefix) -> "GPU-" + prefix;
            case Entry.MigInstance(String identity) -> "MIG-" + identity;
            case Entry.Invalid(String text, String _) -> text;
        };
    }

    /** What {@code CUDA_VISIBLE_DEVICES} of a process has to say that is given some devices. */
    String visible(List<Integer> devices) {
        return devices.isEmpty()
                ? NONE
                : devices.stream().map(this::nameOf).collect(Collectors.joining(","));
    }

    /** The file whose lock is that of a device. */
    Path lock(int device) {
        return locks.resolve("device-" + nameOf(device));
    }
}
