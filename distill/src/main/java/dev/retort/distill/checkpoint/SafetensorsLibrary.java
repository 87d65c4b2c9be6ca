package dev.retort.distill.checkpoint;

/**
 * Whether the optional library for safetensors files is there, to be asked before the hours of
 * training whose outcome it is to write.
 */
public final class SafetensorsLibrary {
    private static final String CLASS = "dev.retort.torch.safetensors.Safetensors";

    private SafetensorsLibrary() {}

    /**
     * Makes sure that it is there.
     *
     * @throws IllegalStateException if it is not
     */
    public static void require() {
        try {
            Class.forName(CLASS, false, SafetensorsLibrary.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(
                    "expected dev.retort:retort-torch on the class path, which writes and reads"
                            + " safetensors files, found none",
                    e);
        }
    }
}
