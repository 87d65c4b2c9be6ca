package dev.retort.cuda;

import static dev.retort.cuda.Drivers.available;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.cuda.Availability.Available;
import dev.retort.cuda.Availability.Unavailable;
import dev.retort.cuda.standin.StandIn;
import dev.retort.cuda.standin.StandInExtension;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/** Loads stand-ins of NVRTC and CUPTI from every place; no other test uses those libraries. */
@ExtendWith(StandInExtension.class)
class LibraryLoaderTest {
    private final Path root;
    private final Properties properties = new Properties();
    private final Map<String, String> environment = new HashMap<>();

    LibraryLoaderTest(@TempDir Path root) {
        this.root = root;
        properties.setProperty("os.name", "Linux");
        properties.setProperty("os.arch", "amd64");
        properties.setProperty("user.home", root.resolve("home").toString());
        environment.put("XDG_CACHE_HOME", root.resolve("cache").toString());
    }

    private Availability<LoadedLibrary> load(CudaLibrary library) {
        return load(library, ClassLoader.getPlatformClassLoader());
    }

    private Availability<LoadedLibrary> load(CudaLibrary library, ClassLoader classPath) {
        LibrarySearch search = new LibrarySearch(properties, environment, root);
        // What the loader of this machine knows must not decide a test.
        return new LibraryLoader(
                        search,
                        new JavaCppRedist(search, classPath),
                        (_, name) -> new Unavailable<>("loader's path: no " + name))
                .load(library);
    }

    private static Path copy(Path source, Path target) throws IOException {
        Files.createDirectories(target.getParent());
        return Files.copy(source, target);
    }

    /** A library for a processor that this machine does not have. */
    private static Path foreign(Path source, Path target) throws IOException {
        byte[] library = Files.readAllBytes(source);
        library[18] = 0x7f; // the ELF header's machine
        Files.createDirectories(target.getParent());
        return Files.write(target, library);
    }

    @Test
    void otherSystemsAreNamed() {
        properties.setProperty("os.name", "Mac OS X");
        assertEquals(
                List.of("the CUDA bindings are for Linux; this is Mac OS X"),
                load(CudaLibrary.NVRTC).absenceReasons());
    }

    @Test
    void everyPlaceGivesItsReason() {
        assertEquals(
                List.of(
                        "CUDA_HOME is not set",
                        "loader's path: no libcupti.so.13",
                        "loader's path: no libcupti.so.12",
                        "no JavaCPP cuda-redist with libcupti.so.13 or libcupti.so.12 is on the"
                                + " class path",
                        "no Python package nvidia/* has libcupti.so.13 or libcupti.so.12"),
                load(CudaLibrary.CUPTI).absenceReasons());
        environment.put("CUDA_HOME", root.resolve("cuda").toString());
        assertEquals(
                "CUDA_HOME=" + root.resolve("cuda") + " has no libcuda.so.1",
                load(CudaLibrary.DRIVER).absenceReasons().getFirst());
    }

    @Test
    void theUsersChoiceIsLoaded(StandIn standIn) {
        Path file = standIn.library("libnvrtc.so.13");
        properties.setProperty("dev.retort.cuda.nvrtc", file.toString());
        assertEquals(
                new LoadedLibrary(CudaLibrary.NVRTC, file, LibraryOrigin.SYSTEM_PROPERTY),
                available(load(CudaLibrary.NVRTC)));
    }

    @Test
    void theUsersChoiceIsTheOnlyOne(StandIn standIn) throws IOException {
        environment.put("CUDA_HOME", root.resolve("cuda").toString());
        copy(standIn.library("libnvrtc.so.13"), root.resolve("cuda/lib64/libnvrtc.so.13"));
        properties.setProperty("dev.retort.cuda.nvrtc", root.resolve("gone.so").toString());
        List<String> reasons = load(CudaLibrary.NVRTC).absenceReasons();
        assertEquals(1, reasons.size(), reasons::toString);
        assertTrue(
                reasons.getFirst().startsWith("system property dev.retort.cuda.nvrtc: "),
                reasons::toString);
        assertTrue(reasons.getFirst().contains("gone.so"), reasons::toString);
    }

    @Test
    void aLibraryThatCannotBeLoadedSaysWhy(StandIn standIn) throws IOException {
        Path file = foreign(standIn.library("libnvrtc.so.13"), root.resolve("foreign.so"));
        properties.setProperty("dev.retort.cuda.nvrtc", file.toString());
        String reason = load(CudaLibrary.NVRTC).absenceReasons().getFirst();
        assertTrue(reason.contains("foreign.so: ") && reason.contains("achine"), reason);
    }

    @Test
    void theDriverIsNotTakenFromAToolkitsPackages(StandIn standIn) throws IOException {
        copy(
                standIn.library("libcuda.so.1"),
                root.resolve("usr/lib/python3.12/site-packages/nvidia/cu13/lib/libcuda.so.1"));
        assertEquals(
                List.of("CUDA_HOME is not set", "loader's path: no libcuda.so.1"),
                load(CudaLibrary.DRIVER).absenceReasons());
    }

    @Test
    void anotherLibraryIsNotTaken(StandIn standIn) {
        Path nvml = standIn.library("libnvidia-ml.so.1");
        System.load(standIn.library("libcupti.so.13").toString());
        properties.setProperty("dev.retort.cuda.cupti", nvml.toString());
        assertEquals(
                List.of(
                        "system property dev.retort.cuda.cupti: "
                                + nvml
                                + " has no function cuptiGetVersion"),
                load(CudaLibrary.CUPTI).absenceReasons());
    }

    @Test
    void cuptiTellsItsVersion(StandIn standIn) {
        properties.setProperty(
                "dev.retort.cuda.cupti", standIn.library("libcupti.so.13").toString());
        Cupti cupti = new Cupti(available(load(CudaLibrary.CUPTI)));
        assertEquals(130_000, cupti.apiVersion());
        assertEquals(LibraryOrigin.SYSTEM_PROPERTY, cupti.library().origin());
    }

    @Test
    void aToolkitIsLoaded(StandIn standIn) throws IOException {
        Path file =
                copy(standIn.library("libnvrtc.so.13"), root.resolve("cuda/lib64/libnvrtc.so.13"));
        environment.put("CUDA_HOME", root.resolve("cuda").toString());
        assertEquals(
                new LoadedLibrary(CudaLibrary.NVRTC, file, LibraryOrigin.CUDA_HOME),
                available(load(CudaLibrary.NVRTC)));
    }

    @Test
    void whatTheLoaderFindsIsTracedToItsFile(StandIn standIn) {
        // The loader finds by its name what is in the process already, whatever its path.
        Path file = standIn.library("libnvrtc.so.13");
        System.load(file.toString());
        assertEquals(new Available<>(file), LoaderPath.find(CudaLibrary.NVRTC, "libnvrtc.so.13"));
        assertEquals(
                List.of("loader's path: libnvrtc.so.13 has no function cuptiGetVersion"),
                LoaderPath.find(CudaLibrary.CUPTI, "libnvrtc.so.13").absenceReasons());
        assertEquals(
                List.of("loader's path (LD_LIBRARY_PATH, ld.so.conf): no usable libnone.so.0"),
                LoaderPath.find(CudaLibrary.CUPTI, "libnone.so.0").absenceReasons());
    }

    @Test
    void whatTheLoaderFindsIsLoaded(StandIn standIn) {
        Path file = standIn.library("libnvrtc.so.13");
        LibrarySearch search = new LibrarySearch(properties, environment, root);
        LibraryLoader loader =
                new LibraryLoader(
                        search,
                        new JavaCppRedist(search, ClassLoader.getPlatformClassLoader()),
                        (_, _) -> new Available<>(file));
        assertEquals(
                new LoadedLibrary(CudaLibrary.NVRTC, file, LibraryOrigin.LOADER_PATH),
                available(loader.load(CudaLibrary.NVRTC)));
    }

    @Test
    void aRedistArtifactIsLoaded(StandIn standIn) throws IOException {
        Path jar = root.resolve("redist.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new JarEntry("org/bytedeco/cuda/linux-x86_64/libcupti.so.13"));
            Files.copy(standIn.library("libcupti.so.13"), out);
        }
        try (URLClassLoader classPath = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null)) {
            LoadedLibrary loaded = available(load(CudaLibrary.CUPTI, classPath));
            assertEquals(LibraryOrigin.JAVACPP, loaded.origin());
            assertTrue(loaded.file().startsWith(root.resolve("cache")), loaded::toString);
        }
    }

    @Test
    void aPythonPackageIsLoadedWhenTheToolkitIsBroken(StandIn standIn) throws IOException {
        Path library = standIn.library("libcupti.so.13");
        foreign(library, root.resolve("cuda/lib64/libcupti.so.13"));
        environment.put("CUDA_HOME", root.resolve("cuda").toString());
        Path folder = root.resolve("usr/lib/python3.12/site-packages/nvidia/cu13/lib");
        Path file = copy(library, folder.resolve("libcupti.so.13"));
        assertEquals(
                new LoadedLibrary(CudaLibrary.CUPTI, file, LibraryOrigin.PYTHON),
                available(load(CudaLibrary.CUPTI)));
    }
}
