package dev.retort.device.preset;

import org.bytedeco.javacpp.Pointer;

/**
 * An address as JavaCPP's pointer, without ownership and without a copy. It can be set again, so
 * that a call in a loop makes no object.
 */
public final class RawPointer extends Pointer {
    /**
     * A pointer.
     *
     * @param address where it points
     */
    public RawPointer(long address) {
        this.address = address;
    }

    /**
     * Lets it point elsewhere.
     *
     * @param address where to
     * @return this
     */
    public RawPointer set(long address) {
        this.address = address;
        return this;
    }
}
