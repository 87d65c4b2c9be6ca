package dev.retort.distill.train;

import java.util.Locale;

/**
 * Tells from an engine's exception that there was not enough memory: no engine has a type for it.
 */
final class OutOfMemory {
    private OutOfMemory() {}

    /**
     * Whether an exception says so.
     *
     * @param error what the engine threw
     * @return true for the messages of libtorch's allocators of host and device memory
     */
    static boolean isMeantBy(RuntimeException error) {
        String message = String.valueOf(error.getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("out of memory")
                || message.contains("not enough memory")
                || message.contains("can't allocate memory")
                || message.contains("cannot allocate memory");
    }
}
