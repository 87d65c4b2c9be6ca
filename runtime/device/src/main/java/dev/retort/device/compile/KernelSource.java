package dev.retort.device.compile;

import java.util.List;
import java.util.Objects;

/**
 * A program to compile.
 *
 * @param fileName what the compiler's messages call it, for example {@code scale.cu}
 * @param text CUDA C++
 * @param options as on the compiler's command line, without the architecture, for example {@code
 *     --use_fast_math}
 * @param nameExpressions C++ expressions that name kernels or variables, such as {@code
 *     scale<float>}; a template is instantiated by being named. A kernel that is {@code extern "C"}
 *     needs none.
 */
public record KernelSource(
        String fileName, String text, List<String> options, List<String> nameExpressions) {

    /** Copies the lists. */
    public KernelSource {
        Objects.requireNonNull(fileName, "fileName is null");
        Objects.requireNonNull(text, "text is null");
        options = List.copyOf(options);
        nameExpressions = List.copyOf(nameExpressions);
    }

    /**
     * A program without options, whose kernels are {@code extern "C"}.
     *
     * @param fileName what the compiler's messages call it
     * @param text CUDA C++
     */
    public KernelSource(String fileName, String text) {
        this(fileName, text, List.of(), List.of());
    }

    /** Whether the program may read files that are no part of it, which nothing here can see. */
    boolean readsOtherFiles() {
        return options.stream()
                .anyMatch(
                        option ->
                                option.startsWith("-I")
                                        || option.startsWith("--include-path")
                                        || option.startsWith("-include")
                                        || option.startsWith("--pre-include"));
    }
}
