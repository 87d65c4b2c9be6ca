package dev.retort.cuda;

import dev.retort.cuda.Availability.Available;
import dev.retort.cuda.Availability.Unavailable;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * The one place that loads native libraries.
 *
 * <p>The generated bindings look their functions up among the libraries that their own class loader
 * has loaded, so a library is always loaded by {@link System#load}, from this class, which has the
 * same class loader. What only the system's loader can find is opened by its name first, to learn
 * its file.
 */
final class LibraryLoader {
    private static final Map<CudaLibrary, Availability<LoadedLibrary>> PROBED =
            new EnumMap<>(CudaLibrary.class);

    private final LibrarySearch search;
    private final JavaCppRedist redist;
    private final BiFunction<CudaLibrary, String, Availability<Path>> loaderPath;

    /**
     * @param search the places on disk
     * @param redist the place on the class path
     * @param loaderPath the file that the system's loader takes for a name
     */
    LibraryLoader(
            LibrarySearch search,
            JavaCppRedist redist,
            BiFunction<CudaLibrary, String, Availability<Path>> loaderPath) {
        this.search = search;
        this.redist = redist;
        this.loaderPath = loaderPath;
    }

    /** Finds and loads a library, or returns what an earlier call found. */
    static Availability<LoadedLibrary> probe(CudaLibrary library) {
        synchronized (PROBED) {
            Availability<LoadedLibrary> known = PROBED.get(library);
            if (known == null) {
                LibrarySearch search = LibrarySearch.ofProcess();
                JavaCppRedist redist =
                        new JavaCppRedist(search, ClassLoader.getSystemClassLoader());
                known = new LibraryLoader(search, redist, LoaderPath::find).load(library);
                PROBED.put(library, known);
            }
            return known;
        }
    }

    /** The function of that name in any library that was loaded here. */
    static Optional<MemorySegment> symbol(String name) {
        return SymbolLookup.loaderLookup().find(name);
    }

    Availability<LoadedLibrary> load(CudaLibrary library) {
        if (!search.onLinux()) {
            return new Unavailable<>(
                    "the CUDA bindings are for Linux; this is " + search.operatingSystem());
        }
        Module module = LibraryLoader.class.getModule();
        if (!module.isNativeAccessEnabled()) {
            return new Unavailable<>(
                    "native access is not enabled; start Java with --enable-native-access="
                            + (module.isNamed() ? module.getName() : "ALL-UNNAMED"));
        }
        List<String> reasons = new ArrayList<>();
        LoadedLibrary found = find(library, reasons);
        return found == null ? new Unavailable<>(reasons) : new Available<>(found);
    }

    private @Nullable LoadedLibrary find(CudaLibrary library, List<String> reasons) {
        String explicit = search.explicit(library);
        if (explicit != null) {
            // Whoever names a file wants that one: falling back to another would hide a mistake.
            return loadExplicit(library, explicit, reasons);
        }
        LoadedLibrary found = loadFromCudaHome(library, reasons);
        if (found == null) {
            found = loadFromLoaderPath(library, reasons);
        }
        if (found == null && !library.partOfDriver()) {
            found = loadFromRedist(library, reasons);
        }
        if (found == null && !library.partOfDriver()) {
            found = loadFromPython(library, reasons);
        }
        return found;
    }

    private @Nullable LoadedLibrary loadExplicit(
            CudaLibrary library, String file, List<String> reasons) {
        try {
            String reason = load(library, Path.of(file).toAbsolutePath());
            if (reason == null) {
                return new LoadedLibrary(
                        library, Path.of(file).toAbsolutePath(), LibraryOrigin.SYSTEM_PROPERTY);
            }
            reasons.add("system property " + library.property() + ": " + reason);
        } catch (InvalidPathException e) {
            reasons.add("system property " + library.property() + ": " + e.getMessage());
        }
        return null;
    }

    private @Nullable LoadedLibrary loadFromCudaHome(CudaLibrary library, List<String> reasons) {
        String home = search.cudaHome();
        if (home == null) {
            reasons.add("CUDA_HOME is not set");
            return null;
        }
        return loadFirst(
                library,
                LibraryOrigin.CUDA_HOME,
                search.inCudaHome(library),
                "CUDA_HOME=" + home + " has no " + names(library),
                reasons);
    }

    private @Nullable LoadedLibrary loadFromLoaderPath(CudaLibrary library, List<String> reasons) {
        for (String name : library.fileNames()) {
            switch (loaderPath.apply(library, name)) {
                case Unavailable<Path>(List<String> why) -> reasons.addAll(why);
                case Available<Path>(Path file) -> {
                    String reason = load(library, file);
                    if (reason == null) {
                        return new LoadedLibrary(library, file, LibraryOrigin.LOADER_PATH);
                    }
                    reasons.add("loader's path: " + reason);
                }
            }
        }
        return null;
    }

    private @Nullable LoadedLibrary loadFromRedist(CudaLibrary library, List<String> reasons) {
        try {
            Path file = redist.file(library);
            return loadFirst(
                    library,
                    LibraryOrigin.JAVACPP,
                    file == null ? List.of() : List.of(file),
                    "no JavaCPP cuda-redist with " + names(library) + " is on the class path",
                    reasons);
        } catch (IOException e) {
            reasons.add("JavaCPP cuda-redist: " + e.getMessage());
            return null;
        }
    }

    private @Nullable LoadedLibrary loadFromPython(CudaLibrary library, List<String> reasons) {
        return loadFirst(
                library,
                LibraryOrigin.PYTHON,
                search.inPythonPackages(library),
                "no Python package nvidia/* has " + names(library),
                reasons);
    }

    private static @Nullable LoadedLibrary loadFirst(
            CudaLibrary library,
            LibraryOrigin origin,
            List<Path> files,
            String reasonWhenNone,
            List<String> reasons) {
        if (files.isEmpty()) {
            reasons.add(reasonWhenNone);
        }
        for (Path file : files) {
            String reason = load(library, file);
            if (reason == null) {
                return new LoadedLibrary(library, file, origin);
            }
            reasons.add(origin.label() + ": " + reason);
        }
        return null;
    }

    /** Loads a file; returns why that failed, or null. */
    private static @Nullable String load(CudaLibrary library, Path file) {
        try {
            // Looked for in this file alone: another loaded library may have the function as well.
            if (SymbolLookup.libraryLookup(file, Arena.global()).find(library.anchor()).isEmpty()) {
                return file + " has no function " + library.anchor();
            }
        } catch (IllegalArgumentException _) {
            // It does not say why the file cannot be opened; the next attempt does.
        }
        try {
            System.load(file.toString());
            if (library == CudaLibrary.NVRTC) {
                openBuiltins(file);
            }
            return null;
        } catch (UnsatisfiedLinkError e) {
            return String.valueOf(e.getMessage());
        }
    }

    /**
     * Opens the library of built-in functions that lies beside NVRTC. When it compiles, NVRTC asks
     * the loader for it by name alone, and the loader knows that name only once it is open.
     */
    private static void openBuiltins(Path nvrtc) {
        Path folder = nvrtc.toAbsolutePath().getParent();
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(folder, "libnvrtc-builtins.so*")) {
            for (Path file : files) {
                SymbolLookup.libraryLookup(file, Arena.global());
            }
        } catch (IOException | DirectoryIteratorException | IllegalArgumentException _) {
            // The loader may know it all the same; if not, the compilation says what is missing.
        }
    }

    private static String names(CudaLibrary library) {
        return String.join(" or ", library.fileNames());
    }
}
