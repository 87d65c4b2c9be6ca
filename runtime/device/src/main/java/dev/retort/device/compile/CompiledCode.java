package dev.retort.device.compile;

import java.lang.foreign.MemorySegment;
import java.util.Map;

/**
 * Device code.
 *
 * @param image PTX that ends with a zero byte, or machine code; on the Java heap, read-only
 * @param loweredNames the name in the code of each expression that was asked for
 * @param log the compiler's warnings, or empty
 * @param cached whether it comes from the cache
 */
public record CompiledCode(
        MemorySegment image, Map<String, String> loweredNames, String log, boolean cached) {

    /** Copies the names. */
    public CompiledCode {
        loweredNames = Map.copyOf(loweredNames);
    }

    /**
     * The name of a kernel in the code.
     *
     * @param expression one of the source's name expressions
     * @return the mangled name
     * @throws IllegalArgumentException when the expression was not asked for
     */
    public String loweredName(String expression) {
        String name = loweredNames.get(expression);
        if (name == null) {
            throw new IllegalArgumentException(
                    "expected one of the name expressions %s, found %s"
                            .formatted(loweredNames.keySet(), expression));
        }
        return name;
    }
}
