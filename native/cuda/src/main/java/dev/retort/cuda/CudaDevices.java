package dev.retort.cuda;

import dev.retort.cuda.ffi.driver.cuda_h;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.UUID;

/**
 * The devices that the driver shows to this process, after {@code CUDA_VISIBLE_DEVICES}. No method
 * needs a current context. Threading and failures are those of {@link CudaDriver}.
 */
public final class CudaDevices {
    private static final ValueLayout.OfLong BIG_ENDIAN_LONG =
            ValueLayout.JAVA_LONG.withOrder(ByteOrder.BIG_ENDIAN);

    private final Features<DriverFeature> features;

    CudaDevices(Features<DriverFeature> features) {
        this.features = features;
    }

    /**
     * How many devices there are.
     *
     * @return the number, 0 or more
     */
    public int count() {
        MemorySegment out = Scratch.segment();
        DriverErrors.check(cuda_h.cuDeviceGetCount(out), "cuDeviceGetCount");
        return out.get(ValueLayout.JAVA_INT, 0);
    }

    /**
     * The device with an ordinal.
     *
     * @param ordinal from 0 to {@link #count()} − 1; not the index of NVML
     * @return the device's handle
     */
    public int handle(int ordinal) {
        MemorySegment out = Scratch.segment();
        DriverErrors.check(cuda_h.cuDeviceGet(out, ordinal), "cuDeviceGet");
        return out.get(ValueLayout.JAVA_INT, 0);
    }

    /**
     * The product name.
     *
     * @param device the device
     * @return for example {@code NVIDIA H200}
     */
    public String name(int device) {
        MemorySegment out = Scratch.segment();
        DriverErrors.check(
                cuda_h.cuDeviceGetName(out, (int) Scratch.BYTES, device), "cuDeviceGetName");
        return out.getString(0);
    }

    /**
     * The identity of the device, or of the MIG instance that the process sees as the device. NVML
     * writes the same value with {@code GPU-} or {@code MIG-} before it.
     *
     * @param device the device
     * @return its UUID
     */
    public UUID uuid(int device) {
        features.require(DriverFeature.DEVICE_UUID);
        MemorySegment out = Scratch.segment();
        DriverErrors.check(cuda_h.cuDeviceGetUuid_v2(out, device), "cuDeviceGetUuid_v2");
        return new UUID(out.get(BIG_ENDIAN_LONG, 0), out.get(BIG_ENDIAN_LONG, Long.BYTES));
    }

    /**
     * Where the device sits.
     *
     * @param device the device
     * @return its PCI address
     */
    public PciAddress pciAddress(int device) {
        MemorySegment out = Scratch.segment();
        DriverErrors.check(
                cuda_h.cuDeviceGetPCIBusId(out, (int) Scratch.BYTES, device),
                "cuDeviceGetPCIBusId");
        return PciAddress.parse(out.getString(0));
    }

    /**
     * The size of the device's memory.
     *
     * @param device the device
     * @return bytes
     */
    public long totalMemoryBytes(int device) {
        MemorySegment out = Scratch.segment();
        DriverErrors.check(cuda_h.cuDeviceTotalMem_v2(out, device), "cuDeviceTotalMem_v2");
        return out.get(ValueLayout.JAVA_LONG, 0);
    }

    /**
     * A property of the device.
     *
     * @param device the device
     * @param attribute the property; an older driver reports {@code CUDA_ERROR_INVALID_VALUE} for
     *     one that it does not know
     * @return its value, in the unit that {@link DeviceAttribute} gives
     */
    public int attribute(int device, DeviceAttribute attribute) {
        MemorySegment out = Scratch.segment();
        int code = cuda_h.cuDeviceGetAttribute(out, attribute.code(), device);
        if (code != 0) {
            throw DriverErrors.exception(code, "cuDeviceGetAttribute", "attribute " + attribute);
        }
        return out.get(ValueLayout.JAVA_INT, 0);
    }
}
