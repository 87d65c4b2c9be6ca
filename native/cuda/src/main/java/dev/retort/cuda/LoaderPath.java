package dev.retort.cuda;

import dev.retort.cuda.Availability.Available;
import dev.retort.cuda.Availability.Unavailable;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Asks the system's loader which file it takes for a library's name. It searches {@code
 * LD_LIBRARY_PATH}, its cache of the directories of {@code ld.so.conf}, and what is loaded already.
 */
final class LoaderPath {
    private LoaderPath() {}

    /**
     * Opens the library, which stays open, and finds its file.
     *
     * @return the file, or why there is none
     */
    static Availability<Path> find(CudaLibrary library, String name) {
        SymbolLookup opened;
        try {
            opened = SymbolLookup.libraryLookup(name, Arena.global());
        } catch (IllegalArgumentException _) {
            // Its message says "Cannot open library" and nothing more.
            return new Unavailable<>(
                    "loader's path (LD_LIBRARY_PATH, ld.so.conf): no usable " + name);
        }
        Optional<MemorySegment> anchor = opened.find(library.anchor());
        if (anchor.isEmpty()) {
            return new Unavailable<>(
                    "loader's path: " + name + " has no function " + library.anchor());
        }
        try {
            return new Available<>(fileAt(anchor.get().address()));
        } catch (IOException e) {
            return new Unavailable<>(
                    "loader's path: the file of " + name + " is not known: " + e.getMessage());
        }
    }

    /** The file whose mapping holds the address. */
    private static Path fileAt(long address) throws IOException {
        // Not readAllLines: the paths of other mappings need not be valid UTF-8.
        byte[] maps = Files.readAllBytes(Path.of("/proc/self/maps"));
        for (String line : new String(maps, StandardCharsets.UTF_8).lines().toList()) {
            int dash = line.indexOf('-');
            int end = line.indexOf(' ');
            int path = line.indexOf('/');
            if (path >= 0
                    && Long.compareUnsigned(address, Long.parseUnsignedLong(line, 0, dash, 16)) >= 0
                    && Long.compareUnsigned(
                                    address, Long.parseUnsignedLong(line, dash + 1, end, 16))
                            < 0) {
                return Path.of(line.substring(path));
            }
        }
        throw new IOException("no line of /proc/self/maps has its address");
    }
}
