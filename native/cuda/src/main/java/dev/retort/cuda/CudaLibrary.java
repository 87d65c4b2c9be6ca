package dev.retort.cuda;

import java.util.List;

/**
 * The native libraries that this module binds.
 *
 * <p>Each is looked for in the places of {@link LibraryOrigin}, in their order, under each of its
 * file names. The system property {@link #property()} names a file that is taken instead. The
 * driver's own libraries must match the installed kernel module, so they are never taken from
 * JavaCPP or Python.
 */
public enum CudaLibrary {
    /** The CUDA driver API; comes with the NVIDIA driver. */
    DRIVER(true, "dev.retort.cuda.driver", "cuInit", "libcuda.so.1"),
    /** The NVIDIA Management Library; comes with the NVIDIA driver. */
    NVML(true, "dev.retort.cuda.nvml", "nvmlInit_v2", "libnvidia-ml.so.1"),
    /** The run-time compiler; comes with the CUDA toolkit. */
    NVRTC(false, "dev.retort.cuda.nvrtc", "nvrtcVersion", "libnvrtc.so.13", "libnvrtc.so.12"),
    /** The profiling interface; comes with the CUDA toolkit. */
    CUPTI(false, "dev.retort.cuda.cupti", "cuptiGetVersion", "libcupti.so.13", "libcupti.so.12");

    private final boolean partOfDriver;
    private final String property;
    private final String anchor;

    @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable
    private final List<String> fileNames;

    CudaLibrary(boolean partOfDriver, String property, String anchor, String... fileNames) {
        this.partOfDriver = partOfDriver;
        this.property = property;
        this.anchor = anchor;
        this.fileNames = List.of(fileNames);
    }

    /**
     * The system property that names the library's file.
     *
     * @return the name of the property, for example {@code dev.retort.cuda.driver}
     */
    public String property() {
        return property;
    }

    /**
     * The names under which the library is looked for, the preferred one first.
     *
     * @return the file names, with the major version that the bindings know
     */
    public List<String> fileNames() {
        return fileNames;
    }

    /** Whether the library comes with the driver and not with a toolkit. */
    boolean partOfDriver() {
        return partOfDriver;
    }

    /** The exported function by which a file is recognised as this library. */
    String anchor() {
        return anchor;
    }

    /**
     * Finds the library and loads it. The first call does the work, under a lock; later calls
     * return the same answer, since a library cannot be exchanged in a running process.
     *
     * @return the library, or why it is absent; never an exception
     */
    public Availability<LoadedLibrary> probe() {
        return LibraryLoader.probe(this);
    }
}
