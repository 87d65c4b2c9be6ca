package dev.retort.efficiency;

import dev.retort.cuda.OutOfDeviceMemoryException;

import java.util.List;
import java.util.Locale;

/**
 * Tells from an error that there was not enough memory, on the host or on a device. The JVM and the
 * driver have types for that; engines have none and say it in words, which others may wrap.
 */
public final class OutOfMemory {
    /** A chain of causes that is longer goes round in a circle. */
    private static final int MOST_CAUSES = 100;

    /** In small letters: of libtorch, its allocators, CUDA's runtime and ONNX Runtime. */
    private static final List<String> WORDS =
            List.of(
                    "out of memory",
                    "out_of_memory",
                    "not enough memory",
                    "can't allocate memory",
                    "cannot allocate memory",
                    "failed to allocate memory",
                    "cudamalloc failed",
                    "cudaerrormemoryallocation",
                    "status_alloc_failed");

    private OutOfMemory() {}

    /**
     * Whether an error, or one of its causes, says so.
     *
     * @param error what was thrown
     * @return true for errors of the JVM, of the driver, and for the words of engines
     */
    public static boolean isMeantBy(Throwable error) {
        Throwable next = error;
        for (int i = 0; next != null && i < MOST_CAUSES; i++) {
            if (isOne(next)) {
                return true;
            }
            next = next.getCause();
        }
        return false;
    }

    private static boolean isOne(Throwable error) {
        if (error instanceof OutOfMemoryError || error instanceof OutOfDeviceMemoryException) {
            return true;
        }
        String message = String.valueOf(error.getMessage()).toLowerCase(Locale.ROOT);
        return WORDS.stream().anyMatch(message::contains);
    }
}
