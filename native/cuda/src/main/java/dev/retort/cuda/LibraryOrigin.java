package dev.retort.cuda;

/** The place in which a library was found, in the order in which the places are searched. */
public enum LibraryOrigin {
    /** The file that a system property names; no other place is searched when it is set. */
    SYSTEM_PROPERTY("system property"),
    /** The toolkit in the directory that the environment variable {@code CUDA_HOME} names. */
    CUDA_HOME("CUDA_HOME"),
    /** The system's loader: {@code LD_LIBRARY_PATH} and the directories of {@code ld.so.conf}. */
    LOADER_PATH("loader's path"),
    /** JavaCPP's artifact {@code org.bytedeco:cuda-redist} on the class path. */
    JAVACPP("JavaCPP cuda-redist"),
    /** A Python package of the namespace {@code nvidia}. */
    PYTHON("Python nvidia package");

    private final String label;

    LibraryOrigin(String label) {
        this.label = label;
    }

    /**
     * The place in words.
     *
     * @return for example {@code loader's path}
     */
    public String label() {
        return label;
    }
}
