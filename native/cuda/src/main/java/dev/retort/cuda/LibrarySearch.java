package dev.retort.cuda;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * The places on disk in which NVIDIA's libraries may lie. It only looks; it loads nothing. What it
 * knows of the process is passed in, so that tests can lay out any machine.
 */
final class LibrarySearch {
    /**
     * Where a toolkit keeps its libraries. {@code lib64/stubs} is left out on purpose: what lies
     * there links but does not work. So is {@code compat}, whose driver library fails on devices
     * that do not support forward compatibility.
     */
    private static final List<String> TOOLKIT_FOLDERS =
            List.of(
                    "lib64",
                    "lib",
                    "targets/x86_64-linux/lib",
                    "targets/sbsa-linux/lib",
                    "extras/CUPTI/lib64");

    private final Properties properties;
    private final Map<String, String> environment;
    private final Path root;

    /**
     * @param properties the system properties
     * @param environment the environment variables
     * @param root the root of the file system, another folder in tests
     */
    LibrarySearch(Properties properties, Map<String, String> environment, Path root) {
        this.properties = properties;
        this.environment = environment;
        this.root = root;
    }

    /** The search on this machine, in this process. */
    static LibrarySearch ofProcess() {
        return new LibrarySearch(System.getProperties(), System.getenv(), Path.of("/"));
    }

    /** The file that the user named, if any; it need not exist. */
    @Nullable String explicit(CudaLibrary library) {
        String value = properties.getProperty(library.property());
        return value == null || value.isBlank() ? null : value;
    }

    /** What the environment says of the toolkit's folder, if anything. */
    @Nullable String cudaHome() {
        String value = environment.get("CUDA_HOME");
        return value == null || value.isBlank() ? null : value;
    }

    /** The library's files in the toolkit that {@code CUDA_HOME} names. */
    List<Path> inCudaHome(CudaLibrary library) {
        String home = cudaHome();
        if (home == null) {
            return List.of();
        }
        try {
            Path toolkit = Path.of(home);
            return existing(library, TOOLKIT_FOLDERS.stream().map(toolkit::resolve).toList());
        } catch (InvalidPathException _) {
            return List.of();
        }
    }

    /** The library's files in installed Python packages of the namespace {@code nvidia}. */
    List<Path> inPythonPackages(CudaLibrary library) {
        List<Path> folders = new ArrayList<>();
        for (Path packages : sitePackages()) {
            // cuda_nvrtc/lib, cuda_cupti/lib and, since CUDA 13, cu13/lib
            for (Path part : children(packages.resolve("nvidia"), "*")) {
                folders.add(part.resolve("lib"));
            }
        }
        return existing(library, folders);
    }

    /** The folder in which files that come out of a jar are kept from one run to the next. */
    Path cache() {
        String cache = environment.get("XDG_CACHE_HOME");
        Path base =
                cache == null || cache.isBlank()
                        ? Path.of(properties.getProperty("user.home", "."), ".cache")
                        : Path.of(cache);
        return base.resolve("retort").resolve("native");
    }

    /** The name that JavaCPP gives this platform. */
    String platform() {
        String architecture = properties.getProperty("os.arch", "");
        return switch (architecture) {
            case "amd64", "x86_64" -> "linux-x86_64";
            case "aarch64", "arm64" -> "linux-arm64";
            default -> "linux-" + architecture;
        };
    }

    /** Whether this is the one operating system for which the bindings are made. */
    boolean onLinux() {
        return operatingSystem().equals("Linux");
    }

    String operatingSystem() {
        return properties.getProperty("os.name", "unknown");
    }

    private List<Path> sitePackages() {
        List<Path> prefixes = new ArrayList<>();
        for (String variable : List.of("VIRTUAL_ENV", "CONDA_PREFIX")) {
            String prefix = environment.get(variable);
            if (prefix != null && !prefix.isBlank()) {
                prefixes.add(Path.of(prefix));
            }
        }
        prefixes.add(Path.of(properties.getProperty("user.home", "."), ".local"));
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

    /** Existing files, by preferred name first and then by folder. */
    private static List<Path> existing(CudaLibrary library, List<Path> folders) {
        List<Path> files = new ArrayList<>();
        for (String name : library.fileNames()) {
            for (Path folder : folders) {
                Path file = folder.resolve(name);
                if (Files.isRegularFile(file)) {
                    files.add(file.toAbsolutePath());
                }
            }
        }
        return files;
    }

    /**
     * Subfolders by name, the last in alphabetical order first; none when there is no such folder.
     */
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
