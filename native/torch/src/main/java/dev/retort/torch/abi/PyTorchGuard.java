package dev.retort.torch.abi;

/**
 * Refuses DJL's PyTorch engine once this process has loaded a libtorch. Two versions of libtorch
 * bear the same library names: the second one's libraries would be bound to the first one's
 * functions, and crash the process. DJL lets a class of the user's choice load that engine's
 * libraries, by the system property {@code ai.djl.pytorch.native_helper}; this class takes that
 * place.
 */
public final class PyTorchGuard {
    private static final String PROPERTY = "ai.djl.pytorch.native_helper";

    private PyTorchGuard() {}

    /** Takes the place unless somebody has it. */
    static void install() {
        if (System.getProperty(PROPERTY, "").isEmpty()) {
            System.setProperty(PROPERTY, PyTorchGuard.class.getName());
        }
    }

    /**
     * Called by DJL's PyTorch engine in place of loading a library.
     *
     * @param path the library
     * @throws IllegalStateException always
     */
    @SuppressWarnings("DoNotCallSuggester") // DJL calls it by reflection
    public static void load(String path) {
        throw new IllegalStateException(
                "the engine Retort has loaded its libtorch in this JVM already, and two cannot"
                        + " share a process: use one engine per JVM; not loaded is "
                        + path);
    }
}
