package dev.retort.torch.abi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.cuda.Availability;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** Where libtorch is looked for, on machines laid out in a folder. */
class LibtorchSearchTest {
    @TempDir Path root;

    private final Properties properties = new Properties();
    private final Map<String, String> environment = new ConcurrentHashMap<>();
    private ClassLoader classPath = new URLClassLoader(new URL[0], null);

    private Availability<LibtorchLocation> search() {
        properties.putIfAbsent("os.name", "Linux");
        properties.putIfAbsent("os.arch", "amd64");
        properties.putIfAbsent("user.home", root.resolve("home").toString());
        environment.putIfAbsent("XDG_CACHE_HOME", root.resolve("cache").toString());
        return new LibtorchSearch(properties, environment, classPath, root).find();
    }

    private LibtorchLocation found() {
        return search().optional().orElseThrow();
    }

    /** Puts a libtorch into a folder, which is returned. */
    private Path library(String name) throws IOException {
        Path folder = Files.createDirectories(root.resolve(name));
        Files.writeString(folder.resolve("libtorch_cpu.so"), "no library");
        return folder;
    }

    @Test
    void everyPlaceThatWasSearchedIsNamed() {
        String reasons = String.join("\n", search().absenceReasons());
        assertEquals(3, search().absenceReasons().size(), reasons);
        assertTrue(reasons.contains("org.bytedeco:pytorch"), reasons);
        assertTrue(reasons.contains("Python package torch"), reasons);
        assertTrue(reasons.contains("DJL's cache"), reasons);
    }

    @Test
    void anotherMachineIsRefused() {
        properties.setProperty("os.arch", "aarch64");
        assertEquals(
                List.of("the engine runs on Linux amd64; this is Linux aarch64"),
                search().absenceReasons());
    }

    @Test
    void aNamedFolderComesFirstAndIsTheOnlyOne() throws IOException {
        library("usr/lib/python3.11/site-packages/torch/lib");
        Path named = library("mine/lib");
        properties.setProperty("dev.retort.libtorch", root.resolve("mine").toString());
        assertEquals(named, found().folder());
        assertEquals(LibtorchOrigin.SYSTEM_PROPERTY, found().origin());
        properties.setProperty("dev.retort.libtorch", root.resolve("nothing").toString());
        assertEquals(1, search().absenceReasons().size());
        properties.remove("dev.retort.libtorch");
        environment.put("RETORT_LIBTORCH", root.resolve("mine").toString());
        assertEquals(LibtorchOrigin.ENVIRONMENT, found().origin());
    }

    @Test
    void pythonIsTakenWhenItsVersionWillDo() throws IOException {
        Path old = library("usr/lib/python3.12/dist-packages/torch/lib");
        Files.writeString(old.resolveSibling("version.py"), "__version__ = '2.9.1+cpu'\n");
        String reasons = String.join("\n", search().absenceReasons());
        assertTrue(reasons.contains("2.9.1, needed is 2.10.0"), reasons);
        Path good = library("usr/lib/python3.11/dist-packages/torch/lib");
        Files.writeString(good.resolveSibling("version.py"), "__version__ = '2.13.0+cpu'\n");
        assertEquals(good, found().folder());
        assertEquals(Blas.BUILT_IN, found().blas());
    }

    @Test
    void djlsCacheIsTakenWhenItsVersionWillDo() throws IOException {
        library("home/.djl.ai/pytorch/2.7.1-cpu-linux-x86_64");
        String reasons = String.join("\n", search().absenceReasons());
        assertTrue(reasons.contains("has 2.7.1, needed is 2.10.0"), reasons);
        library("home/.djl.ai/pytorch/2.11.0-cpu-linux-x86_64");
        assertEquals(LibtorchOrigin.DJL_CACHE, found().origin());
    }

    @Test
    void artifactsAreUnpackedOnceWithTheirBlas() throws Exception {
        classPath = artifacts("mkl", "libmkl_rt.so.2");
        List<Future<LibtorchLocation>> searches = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (int i = 0; i < 8; i++) {
                searches.add(threads.submit(this::found));
            }
        }
        Path folder = found().folder();
        for (Future<LibtorchLocation> search : searches) {
            assertEquals(folder, search.get().folder());
        }
        assertEquals(Blas.MKL, found().blas());
        assertEquals("libmkl_rt.so.2", Files.readString(folder.resolve("libopenblas.so.0")));
        try (Stream<Path> left = Files.list(folder.getParent())) {
            assertEquals(List.of(folder), left.toList());
        }
    }

    @Test
    void aDamagedCopyIsReplaced() throws IOException {
        classPath = artifacts("openblas", "libopenblas.so.0");
        Path library = found().folder().resolve("libtorch_cpu.so");
        Files.writeString(library, "half");
        assertEquals(Blas.OPENBLAS, found().blas());
        assertEquals("libtorch_cpu.so", Files.readString(library));
    }

    @ParameterizedTest
    @CsvSource({
        "26, 1, , OPENBLAS",
        "26, 2, , OPENBLAS",
        "26, 3, , MKL",
        "25, 1, , MKL",
        "26, 1, mkl, MKL",
        "25, 8, openblas, OPENBLAS"
    })
    void theFasterBlasIsTakenUnlessTheUserNamesOne(
            int family, String threads, @Nullable String asked, Blas expected) throws IOException {
        classPath =
                new URLClassLoader(
                        new URL[] {
                            artifact("mkl", "libmkl_rt.so.2"),
                            artifact("openblas", "libopenblas.so.0")
                        },
                        null);
        Files.createDirectories(root.resolve("proc"));
        Files.writeString(
                root.resolve("proc/cpuinfo"),
                "vendor_id\t: AuthenticAMD\ncpu family\t: "
                        + family
                        + "\nflags\t: avx512f avx512dq avx512bw avx512vl\n");
        environment.put("OMP_NUM_THREADS", "64");
        properties.put("dev.retort.torch.threads", threads);
        if (asked != null) {
            properties.put(LibtorchSearch.BLAS, asked);
        }
        assertEquals(expected, found().blas());
        environment.put("OPENBLAS_CORETYPE", "Haswell");
        assertEquals(asked == null ? Blas.MKL : expected, found().blas());
    }

    @Test
    void aBlasThatIsUnknownIsRefused() {
        properties.put(LibtorchSearch.BLAS, "blis");
        assertEquals(
                List.of(
                        "the system property dev.retort.torch.blas is blis: expected mkl or"
                                + " openblas"),
                search().absenceReasons());
    }

    @Test
    void libtorchWithoutBlasIsRefused() throws IOException {
        classPath = artifacts("nothing", "libnothing.so");
        String reasons = String.join("\n", search().absenceReasons());
        assertTrue(reasons.contains("neither org.bytedeco:mkl"), reasons);
    }

    /** A class path with an artifact of libtorch and one of a BLAS; each file holds its name. */
    private ClassLoader artifacts(String blas, String blasLibrary) throws IOException {
        return new URLClassLoader(new URL[] {artifact(blas, blasLibrary)}, null);
    }

    private URL artifact(String blas, String blasLibrary) throws IOException {
        Path jar = root.resolve(blas + ".jar");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(file)) {
            add(entries, "org/bytedeco/pytorch/linux-x86_64/", "libtorch_cpu.so");
            add(entries, "org/bytedeco/pytorch/linux-x86_64/", "libc10.so");
            add(entries, "org/bytedeco/pytorch/linux-x86_64/", "libjnitorch.so");
            add(entries, "org/bytedeco/" + blas + "/linux-x86_64/", blasLibrary);
        }
        return jar.toUri().toURL();
    }

    private static void add(JarOutputStream jar, String folder, String name) throws IOException {
        jar.putNextEntry(new JarEntry(folder + name));
        jar.write(name.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        jar.closeEntry();
    }
}
