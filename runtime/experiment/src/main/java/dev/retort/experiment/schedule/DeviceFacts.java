package dev.retort.experiment.schedule;

import dev.retort.cuda.Availability.Available;
import dev.retort.device.gpu.Device;
import dev.retort.device.gpu.Devices;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/**
 * What is known of a device.
 *
 * @param uuid its name in {@code CUDA_VISIBLE_DEVICES}, {@code GPU-} or {@code MIG-} and a UUID, or
 *     {@code null}
 * @param memoryBytes its memory, or {@code null}: then no two runs share it
 */
public record DeviceFacts(@Nullable String uuid, @Nullable Long memoryBytes) {
    /** Nothing. */
    static final DeviceFacts UNKNOWN = new DeviceFacts(null, null);

    /** Checks the components. */
    public DeviceFacts {
        if (memoryBytes != null && memoryBytes < 1) {
            throw new IllegalArgumentException(
                    "a device has " + memoryBytes + " bytes of memory: expected more than 0");
        }
    }

    /** What the driver says of the devices of this process, by index; nothing without a driver. */
    public static Map<Integer, DeviceFacts> ofThisMachine() {
        Map<Integer, DeviceFacts> facts = new HashMap<>();
        if (Devices.probe() instanceof Available<Devices>(Devices devices)) {
            for (Device device : devices.all()) {
                facts.put(
                        device.identity().ordinal(),
                        new DeviceFacts(
                                device.nvmlUuid().optional().orElse(null),
                                device.totalMemoryBytes()));
            }
        }
        return facts;
    }
}
