package dev.retort.cuda;

/**
 * A version of CUDA, for example 13.0.
 *
 * @param major the major version
 * @param minor the minor version
 */
public record CudaVersion(int major, int minor) implements Comparable<CudaVersion> {

    /** From the driver's form, 1000 × major + 10 × minor. */
    static CudaVersion ofEncoded(int version) {
        return new CudaVersion(version / 1000, version % 1000 / 10);
    }

    @Override
    public int compareTo(CudaVersion other) {
        int byMajor = Integer.compare(major, other.major);
        return byMajor == 0 ? Integer.compare(minor, other.minor) : byMajor;
    }

    /** {@return for example {@code 13.0}} */
    @Override
    public String toString() {
        return major + "." + minor;
    }
}
