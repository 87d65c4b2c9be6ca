package dev.retort.device.gpu;

/**
 * The generation of a device's instruction set.
 *
 * @param major for example 9
 * @param minor for example 0
 */
public record ComputeCapability(int major, int minor) implements Comparable<ComputeCapability> {

    /**
     * The architecture to compile machine code for.
     *
     * @return for example {@code sm_90}; such code runs on this generation's devices
     */
    public String realArchitecture() {
        return "sm_" + major + minor;
    }

    /**
     * The architecture to compile PTX for.
     *
     * @return for example {@code compute_90}; such code runs on this and on every newer device
     */
    public String virtualArchitecture() {
        return "compute_" + major + minor;
    }

    @Override
    public int compareTo(ComputeCapability other) {
        int byMajor = Integer.compare(major, other.major);
        return byMajor == 0 ? Integer.compare(minor, other.minor) : byMajor;
    }

    /** {@return for example {@code 9.0}} */
    @Override
    public String toString() {
        return major + "." + minor;
    }
}
