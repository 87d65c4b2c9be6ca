package dev.retort.torch.abi;

import dev.retort.cuda.Availability;
import dev.retort.cuda.Availability.Available;
import dev.retort.cuda.Availability.Unavailable;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * The places in which libtorch may lie. It only looks, and unpacks what lies in a jar; it loads
 * nothing. What it knows of the process is passed in, so that tests can lay out any machine.
 */
final class LibtorchSearch {
    static final String PROPERTY = "dev.retort.libtorch";
    static final String VARIABLE = "RETORT_LIBTORCH";
    static final String BLAS = "dev.retort.torch.blas";

    private final Properties properties;
    private final Map<String, String> environment;
    private final ClassLoader loader;
    private final Path root;

    /**
     * @param properties the system properties
     * @param environment the environment variables
     * @param loader sees JavaCPP's artifacts if they are on the class path
     * @param root the root of the file system, another folder in tests
     */
    LibtorchSearch(
            Properties properties, Map<String, String> environment, ClassLoader loader, Path root) {
        this.properties = properties;
        this.environment = environment;
        this.loader = loader;
        this.root = root;
    }

    static LibtorchSearch ofProcess() {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        return new LibtorchSearch(
                System.getProperties(),
                System.getenv(),
                context == null ? LibtorchSearch.class.getClassLoader() : context,
                Path.of("/"));
    }

    Availability<LibtorchLocation> find() {
        if (!platform().equals("Linux amd64")) {
            return new Unavailable<>("the engine runs on Linux amd64; this is " + platform());
        }
        String blas = properties.getProperty(BLAS, "mkl");
        if (!blas.equals("mkl") && !blas.equals("openblas")) {
            return new Unavailable<>(
                    "the system property " + BLAS + " is " + blas + ": expected mkl or openblas");
        }
        List<String> reasons = new ArrayList<>();
        LibtorchLocation found = find(reasons);
        return found == null ? new Unavailable<>(reasons) : new Available<>(found);
    }

    private @Nullable LibtorchLocation find(List<String> reasons) {
        // Whoever names a folder wants that one: falling back to another would hide a mistake.
        String named = properties.getProperty(PROPERTY);
        if (named != null && !named.isBlank()) {
            return explicit(named, LibtorchOrigin.SYSTEM_PROPERTY, reasons);
        }
        named = environment.get(VARIABLE);
        if (named != null && !named.isBlank()) {
            return explicit(named, LibtorchOrigin.ENVIRONMENT, reasons);
        }
        LibtorchLocation found = new BytedecoLibtorch(loader, cache(), blas()).find(reasons);
        if (found == null) {
            found = inPython(reasons);
        }
        if (found == null) {
            found = inDjlCache(reasons);
        }
        return found;
    }

    /**
     * The BLAS to take where both are there: the one that is asked for, or the faster one, as
     * measured. On AMD's Zen 5 MKL leaves AVX-512 unused: one thread of OpenBLAS does as much as
     * two of MKL, and leaves the second to the rest, unless the user has it take other kernels.
     */
    private Blas blas() {
        String asked = properties.getProperty(BLAS);
        if (asked != null) {
            return asked.equals("openblas") ? Blas.OPENBLAS : Blas.MKL;
        }
        boolean faster =
                Processor.isZen5WithAvx512(root)
                        && threads() <= 2
                        && !environment.containsKey("OPENBLAS_CORETYPE");
        return faster ? Blas.OPENBLAS : Blas.MKL;
    }

    /** How many one operator may use: as it is told, or one for each processor of this process. */
    private int threads() {
        String told = properties.getProperty(Libtorch.THREADS, environment.get("OMP_NUM_THREADS"));
        return told != null && told.matches("[1-9]\\d{0,3}")
                ? Integer.parseInt(told)
                : Runtime.getRuntime().availableProcessors();
    }

    private static @Nullable LibtorchLocation explicit(
            String name, LibtorchOrigin origin, List<String> reasons) {
        Path folder = Path.of(name).toAbsolutePath();
        for (Path candidate : List.of(folder, folder.resolve("lib"))) {
            if (Files.isRegularFile(candidate.resolve(LibtorchLocation.LIBRARY))) {
                return new LibtorchLocation(candidate, origin, blasIn(candidate));
            }
        }
        reasons.add(origin.label() + ": no " + LibtorchLocation.LIBRARY + " in " + folder);
        return null;
    }

    /** A folder with JavaCPP's libtorch in it has its BLAS beside it. */
    private static Blas blasIn(Path folder) {
        if (Files.exists(folder.resolve("libmkl_rt.so.2"))) {
            return Blas.MKL;
        }
        return Files.exists(folder.resolve("libopenblas.so.0")) ? Blas.OPENBLAS : Blas.BUILT_IN;
    }

    private @Nullable LibtorchLocation inPython(List<String> reasons) {
        List<String> seen = new ArrayList<>();
        for (Path packages : sitePackages()) {
            Path torch = packages.resolve("torch");
            Path folder = torch.resolve("lib");
            if (!Files.isRegularFile(folder.resolve(LibtorchLocation.LIBRARY))) {
                continue;
            }
            LibtorchVersion version = versionOf(torch.resolve("version.py"));
            if (version == null || version.supported()) {
                return new LibtorchLocation(folder, LibtorchOrigin.PYTHON, Blas.BUILT_IN);
            }
            seen.add(torch + " has " + version + ", needed is " + LibtorchVersion.OLDEST);
        }
        if (seen.isEmpty()) {
            reasons.add(
                    LibtorchOrigin.PYTHON.label()
                            + ": none below VIRTUAL_ENV, CONDA_PREFIX, ~/.local, /usr/local, /usr");
        }
        seen.forEach(old -> reasons.add(LibtorchOrigin.PYTHON.label() + ": " + old));
        return null;
    }

    private static @Nullable LibtorchVersion versionOf(Path versionFile) {
        try {
            for (String line : Files.readAllLines(versionFile)) {
                if (line.startsWith("__version__")) {
                    return LibtorchVersion.in(line);
                }
            }
        } catch (IOException _) {
            // Without the file the version is read from the library once it is loaded.
        }
        return null;
    }

    private @Nullable LibtorchLocation inDjlCache(List<String> reasons) {
        Path cache = djlCache().resolve("pytorch");
        List<String> seen = new ArrayList<>();
        for (Path folder : children(cache, "*")) {
            if (!Files.isRegularFile(folder.resolve(LibtorchLocation.LIBRARY))) {
                continue;
            }
            LibtorchVersion version = LibtorchVersion.in(String.valueOf(folder.getFileName()));
            if (version != null && version.supported()) {
                return new LibtorchLocation(folder, LibtorchOrigin.DJL_CACHE, Blas.BUILT_IN);
            }
            seen.add(folder + " has " + version + ", needed is " + LibtorchVersion.OLDEST);
        }
        if (seen.isEmpty()) {
            reasons.add(LibtorchOrigin.DJL_CACHE.label() + ": no libtorch in " + cache);
        }
        seen.forEach(old -> reasons.add(LibtorchOrigin.DJL_CACHE.label() + ": " + old));
        return null;
    }

    private Path djlCache() {
        for (String name : List.of("ENGINE_CACHE_DIR", "DJL_CACHE_DIR")) {
            String folder = environment.getOrDefault(name, properties.getProperty(name));
            if (folder != null && !folder.isBlank()) {
                return Path.of(folder);
            }
        }
        return home().resolve(".djl.ai");
    }

    /** The folder in which files that come out of a jar are kept from one run to the next. */
    private Path cache() {
        String cache = environment.get("XDG_CACHE_HOME");
        Path base = cache == null || cache.isBlank() ? home().resolve(".cache") : Path.of(cache);
        return base.resolve("retort").resolve("native");
    }

    private Path home() {
        return Path.of(properties.getProperty("user.home", "."));
    }

    private String platform() {
        return properties.getProperty("os.name") + " " + properties.getProperty("os.arch");
    }

    private List<Path> sitePackages() {
        List<Path> prefixes = new ArrayList<>();
        for (String variable : List.of("VIRTUAL_ENV", "CONDA_PREFIX")) {
            String prefix = environment.get(variable);
            if (prefix != null && !prefix.isBlank()) {
                prefixes.add(Path.of(prefix));
            }
        }
        prefixes.add(home().resolve(".local"));
        prefixes.add(root.resolve("usr/local"));
        prefixes.add(root.resolve("usr"));
        List<Path> folders = new ArrayList<>();
        for (Path prefix : prefixes) {
            for (Path python : children(prefix.resolve("lib"), "python3*")) {
                folders.add(python.resolve("site-packages"));
                folders.add(python.resolve("dist-packages"));
            }
        }
        return folders;
    }

    /** Subfolders by name, the last in alphabetical order first; none without such a folder. */
    private static List<Path> children(Path folder, String glob) {
        List<Path> children = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, glob)) {
                entries.forEach(children::add);
            } catch (IOException | DirectoryIteratorException _) {
                // A folder that cannot be read holds nothing that could be loaded.
                return List.of();
            }
        }
        Collections.sort(children, Collections.reverseOrder());
        return children;
    }
}
