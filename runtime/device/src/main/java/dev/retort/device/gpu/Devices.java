package dev.retort.device.gpu;

import dev.retort.cuda.Availability;
import dev.retort.cuda.Availability.Available;
import dev.retort.cuda.Availability.Unavailable;
import dev.retort.cuda.CudaDevices;
import dev.retort.cuda.CudaDriver;
import dev.retort.cuda.CudaException;
import dev.retort.cuda.DeviceAttribute;
import dev.retort.cuda.DeviceLostException;
import dev.retort.cuda.DriverFeature;
import dev.retort.cuda.PciAddress;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * The NVIDIA devices of this process, joined with those that NVML sees.
 *
 * @param driver the driver that knows the devices
 * @param all the devices that the driver shows to this process, by ordinal
 * @param hidden devices of the machine or container that the driver does not show, as NVML names
 *     them; empty also when there is no NVML
 * @param visible what {@code CUDA_VISIBLE_DEVICES} says
 */
public record Devices(
        CudaDriver driver, List<Device> all, List<NvmlDevice> hidden, VisibleDevices visible) {

    /** Copies the lists. */
    public Devices {
        all = List.copyOf(all);
        hidden = List.copyOf(hidden);
    }

    /**
     * Finds the devices.
     *
     * @return the devices, at least one, or why there is none; never an exception
     */
    public static Availability<Devices> probe() {
        return probe(System.getenv());
    }

    static Availability<Devices> probe(Map<String, String> environment) {
        VisibleDevices visible = VisibleDevices.of(environment);
        return switch (CudaDriver.probe()) {
            case Unavailable<CudaDriver>(List<String> reasons) -> absent(reasons, visible);
            case Available<CudaDriver>(CudaDriver driver) -> list(driver, visible);
        };
    }

    /**
     * Declares a device lost in every context that this process has on it, as {@link
     * DeviceContext#lose} does in one. A sampler that finds a device lost calls this.
     *
     * @param nvmlUuid the device as NVML names it, {@code GPU-} or {@code MIG-} and the UUID; of a
     *     GPU in MIG mode the instances are devices of their own
     * @param cause what told of the loss
     * @return the number of contexts; 0 also where the driver tells no UUID
     */
    public static int lose(String nvmlUuid, DeviceLostException cause) {
        return OpenContexts.lose(nvmlUuid, cause);
    }

    private static Availability<Devices> absent(List<String> reasons, VisibleDevices visible) {
        List<String> all = new ArrayList<>(reasons);
        visible.sentence().ifPresent(all::add);
        return new Unavailable<>(all);
    }

    private static Availability<Devices> list(CudaDriver driver, VisibleDevices visible) {
        Availability<List<NvmlDevice>> nvml = NvmlDevice.list();
        List<NvmlDevice> known = nvml.optional().orElse(List.of());
        List<Device> devices = new ArrayList<>();
        try {
            int count = driver.devices().count();
            for (int ordinal = 0; ordinal < count; ordinal++) {
                devices.add(device(driver, ordinal, known, nvml.absenceReasons()));
            }
        } catch (CudaException e) {
            return absent(List.of(String.valueOf(e.getMessage())), visible);
        }
        if (devices.isEmpty()) {
            return absent(List.of(driver.library().file() + " shows no device"), visible);
        }
        List<NvmlDevice> hidden =
                known.stream()
                        .filter(one -> devices.stream().noneMatch(device -> sameBoard(device, one)))
                        .toList();
        return new Available<>(new Devices(driver, devices, hidden, visible));
    }

    private static boolean sameBoard(Device device, NvmlDevice other) {
        return device.identity().pciAddress().equals(other.pciAddress());
    }

    private static Device device(
            CudaDriver driver, int ordinal, List<NvmlDevice> known, List<String> whyNoNvml) {
        CudaDevices devices = driver.devices();
        int handle = devices.handle(ordinal);
        Availability<UUID> uuid =
                switch (driver.availability(DriverFeature.DEVICE_UUID)) {
                    case Available<DriverFeature> _ -> new Available<>(devices.uuid(handle));
                    case Unavailable<DriverFeature>(List<String> why) -> new Unavailable<>(why);
                };
        PciAddress address = devices.pciAddress(handle);
        String name = devices.name(handle);
        Device.Identity identity = identity(ordinal, name, uuid, address, known, whyNoNvml);
        return new Device(
                driver,
                handle,
                identity,
                new ComputeCapability(
                        devices.attribute(handle, DeviceAttribute.COMPUTE_CAPABILITY_MAJOR),
                        devices.attribute(handle, DeviceAttribute.COMPUTE_CAPABILITY_MINOR)),
                devices.totalMemoryBytes(handle),
                DeviceLimits.read(driver, handle));
    }

    private static Device.Identity identity(
            int ordinal,
            String name,
            Availability<UUID> uuid,
            PciAddress address,
            List<NvmlDevice> known,
            List<String> whyNoNvml) {
        Optional<NvmlDevice> byUuid =
                uuid.optional().flatMap(id -> find(known, one -> one.uuid().equals("GPU-" + id)));
        // A MIG instance has a UUID of its own and the PCI address of its device.
        Optional<NvmlDevice> board =
                byUuid.or(() -> find(known, one -> one.pciAddress().equals(address)));
        boolean instance =
                board.isPresent()
                        ? uuid.optional().isPresent() && byUuid.isEmpty()
                        : name.contains(" MIG ");
        Availability<Integer> index =
                board.<Availability<Integer>>map(one -> new Available<>(one.index()))
                        .orElseGet(
                                () ->
                                        new Unavailable<>(
                                                whyNoNvml.isEmpty()
                                                        ? List.of("NVML has no device " + address)
                                                        : whyNoNvml));
        return new Device.Identity(
                ordinal,
                name,
                instance ? Device.Kind.MIG_INSTANCE : Device.Kind.GPU,
                uuid,
                address,
                index);
    }

    private static Optional<NvmlDevice> find(List<NvmlDevice> known, Predicate<NvmlDevice> wanted) {
        return known.stream().filter(wanted).findFirst();
    }
}
