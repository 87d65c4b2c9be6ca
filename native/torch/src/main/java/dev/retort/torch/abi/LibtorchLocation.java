package dev.retort.torch.abi;

import java.nio.file.Path;

/**
 * A libtorch on disk.
 *
 * @param folder the folder with {@code libtorch_cpu.so}, absolute
 * @param origin the place in which it was found
 * @param blas the library of linear algebra that it uses on the CPU
 */
public record LibtorchLocation(Path folder, LibtorchOrigin origin, Blas blas) {
    /** The library that is loaded first and that has the C ABI. */
    static final String LIBRARY = "libtorch_cpu.so";

    Path library() {
        return folder.resolve(LIBRARY);
    }
}
