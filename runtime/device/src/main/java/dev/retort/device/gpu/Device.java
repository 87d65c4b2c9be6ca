package dev.retort.device.gpu;

import dev.retort.cuda.Availability;
import dev.retort.cuda.CudaDriver;
import dev.retort.cuda.CudaVersion;
import dev.retort.cuda.PciAddress;

import java.util.UUID;

/**
 * One NVIDIA device, or the MIG instance that this process sees as a device.
 *
 * <p>Its properties were read when it was found and do not change. Instances are immutable and safe
 * to share between threads; they own nothing. Work needs a {@link DeviceContext}.
 */
public final class Device {
    private final CudaDriver driver;
    private final int handle;
    private final Identity identity;
    private final ComputeCapability computeCapability;
    private final long totalMemoryBytes;
    private final DeviceLimits limits;

    Device(
            CudaDriver driver,
            int handle,
            Identity identity,
            ComputeCapability computeCapability,
            long totalMemoryBytes,
            DeviceLimits limits) {
        this.driver = driver;
        this.handle = handle;
        this.identity = identity;
        this.computeCapability = computeCapability;
        this.totalMemoryBytes = totalMemoryBytes;
        this.limits = limits;
    }

    /**
     * Which device it is.
     *
     * @param ordinal the driver's number, after {@code CUDA_VISIBLE_DEVICES}
     * @param name the product name
     * @param kind a whole device or a part of one
     * @param uuid its UUID, or why it is unknown
     * @param pciAddress where it sits; for a MIG instance, where its device sits
     * @param nvmlIndex the index of the (whole) device in NVML and {@code nvidia-smi}, or why it is
     *     unknown
     */
    public record Identity(
            int ordinal,
            String name,
            Kind kind,
            Availability<UUID> uuid,
            PciAddress pciAddress,
            Availability<Integer> nvmlIndex) {}

    /** What the process sees as a device. */
    public enum Kind {
        /** A whole device. */
        GPU("GPU-"),
        /** A MIG instance: a share of a device with memory and multiprocessors of its own. */
        MIG_INSTANCE("MIG-");

        private final String prefix;

        Kind(String prefix) {
            this.prefix = prefix;
        }

        /** What NVML writes before the UUID. */
        String prefix() {
            return prefix;
        }
    }

    /**
     * Which device it is.
     *
     * @return its names and numbers
     */
    public Identity identity() {
        return identity;
    }

    /**
     * The driver's number of the device.
     *
     * @return from 0; not the index of NVML
     */
    public int ordinal() {
        return identity.ordinal();
    }

    /**
     * The product name.
     *
     * @return for example {@code NVIDIA H200}; a simulated device says so here
     */
    public String name() {
        return identity.name();
    }

    /**
     * The UUID as NVML, {@code nvidia-smi} and {@code CUDA_VISIBLE_DEVICES} write it.
     *
     * @return {@code GPU-} or {@code MIG-} and the UUID, or why it is unknown
     */
    public Availability<String> nvmlUuid() {
        return switch (identity.uuid()) {
            case Availability.Available<UUID>(UUID uuid) ->
                    new Availability.Available<>(identity.kind().prefix() + uuid);
            case Availability.Unavailable<UUID>(var reasons) ->
                    new Availability.Unavailable<>(reasons);
        };
    }

    /**
     * The generation of its instruction set.
     *
     * @return the compute capability
     */
    public ComputeCapability computeCapability() {
        return computeCapability;
    }

    /**
     * The newest version of CUDA that its driver supports.
     *
     * @return the version
     */
    public CudaVersion cudaVersion() {
        return driver.version();
    }

    /**
     * The size of its memory.
     *
     * @return bytes; for a MIG instance those of the instance
     */
    public long totalMemoryBytes() {
        return totalMemoryBytes;
    }

    /**
     * What it allows and has.
     *
     * @return the limits
     */
    public DeviceLimits limits() {
        return limits;
    }

    /**
     * Takes a reference to the device's primary context, which all users of the device in this
     * process share, and creates it if this is the first. That takes some hundred milliseconds and
     * some hundred megabytes of device memory.
     *
     * @return the context, to be closed by the caller
     * @throws dev.retort.cuda.CudaException when the driver refuses
     */
    public DeviceContext open() {
        return DeviceContext.open(this);
    }

    /**
     * Whether kernels of this device can reach the memory of another one directly.
     *
     * @param other the other device
     * @return true when {@link DeviceContext#enablePeerAccess} will succeed
     */
    public boolean canAccess(Device other) {
        return handle != other.handle && driver.peers().canAccess(handle, other.handle);
    }

    /** The driver that knows the device. */
    CudaDriver driver() {
        return driver;
    }

    /** The driver's handle. */
    int handle() {
        return handle;
    }

    /** {@return the name with the ordinal} */
    @Override
    public String toString() {
        return "device " + ordinal() + " (" + name() + ")";
    }
}
