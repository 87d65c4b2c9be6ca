package dev.retort.device.gpu;

import dev.retort.cuda.Availability;
import dev.retort.cuda.Availability.Available;
import dev.retort.cuda.Availability.Unavailable;
import dev.retort.cuda.CudaException;
import dev.retort.cuda.Nvml;
import dev.retort.cuda.PciAddress;

import java.util.ArrayList;
import java.util.List;

/**
 * A device as NVML names it; always a whole one.
 *
 * @param index the index of NVML and {@code nvidia-smi}
 * @param uuid {@code GPU-} and the UUID
 * @param name the product name
 * @param pciAddress where it sits
 */
public record NvmlDevice(int index, String uuid, String name, PciAddress pciAddress) {

    /** All devices that NVML sees and that answer, or why there is no NVML. */
    static Availability<List<NvmlDevice>> list() {
        return switch (Nvml.open()) {
            case Unavailable<Nvml>(List<String> reasons) -> new Unavailable<>(reasons);
            case Available<Nvml>(Nvml nvml) -> {
                try (nvml) {
                    yield new Available<>(list(nvml));
                } catch (CudaException e) {
                    yield new Unavailable<>(String.valueOf(e.getMessage()));
                }
            }
        };
    }

    private static List<NvmlDevice> list(Nvml nvml) {
        List<NvmlDevice> devices = new ArrayList<>();
        int count = nvml.deviceCount();
        for (int index = 0; index < count; index++) {
            try {
                long handle = nvml.deviceByIndex(index);
                devices.add(
                        new NvmlDevice(
                                index,
                                nvml.uuid(handle),
                                nvml.name(handle),
                                nvml.pciAddress(handle)));
            } catch (CudaException _) {
                // A lost or forbidden device must not hide the others.

            }
        }
        return devices;
    }
}
