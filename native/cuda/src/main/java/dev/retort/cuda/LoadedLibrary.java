package dev.retort.cuda;

import java.nio.file.Path;

/**
 * A native library that is loaded into this process and stays loaded until it ends.
 *
 * @param library which library it is
 * @param file the file that was loaded, absolute
 * @param origin the place in which it was found
 */
public record LoadedLibrary(CudaLibrary library, Path file, LibraryOrigin origin) {}
