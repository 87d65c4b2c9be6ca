package dev.retort.torch.abi;

/** The place in which libtorch was found, in the order in which the places are searched. */
public enum LibtorchOrigin {
    /** The folder that the system property {@code dev.retort.libtorch} names. */
    SYSTEM_PROPERTY("system property dev.retort.libtorch"),
    /** The folder that the environment variable {@code RETORT_LIBTORCH} names. */
    ENVIRONMENT("environment variable RETORT_LIBTORCH"),
    /** JavaCPP's artifact {@code org.bytedeco:pytorch} on the class path. */
    BYTEDECO("org.bytedeco:pytorch on the class path"),
    /** An installed Python package {@code torch}. */
    PYTHON("Python package torch"),
    /** The folder in which DJL's PyTorch engine keeps what it has downloaded. */
    DJL_CACHE("DJL's cache");

    private final String label;

    LibtorchOrigin(String label) {
        this.label = label;
    }

    /**
     * The place in words.
     *
     * @return for example {@code DJL's cache}
     */
    public String label() {
        return label;
    }
}
