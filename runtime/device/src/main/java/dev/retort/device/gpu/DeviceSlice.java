package dev.retort.device.gpu;

import org.jspecify.annotations.Nullable;

/** Device memory that someone else owns: a buffer of ours, or another library. */
final class DeviceSlice extends DeviceMemory {
    private final @Nullable DeviceMemory owner;

    /** A part of other memory. */
    DeviceSlice(DeviceMemory owner, long address, long bytes) {
        super(owner.context(), address, bytes);
        this.owner = owner;
    }

    /** Memory of another library. */
    DeviceSlice(DeviceContext context, long address, long bytes) {
        super(context, address, bytes);
        this.owner = null;
    }

    @Override
    void checkOpen() {
        if (owner != null) {
            owner.checkOpen();
        }
    }

    @Override
    void recordUse(UsedMemory recorder) {
        if (owner != null) {
            owner.recordUse(recorder);
        }
    }
}
