package dev.retort.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

class JavaCppRedistTest {
    private static final String FOLDER = "org/bytedeco/cuda/linux-x86_64/";

    private final Path temp;

    JavaCppRedistTest(@TempDir Path temp) {
        this.temp = temp;
    }

    private LibrarySearch search() {
        Properties properties = new Properties();
        properties.setProperty("os.arch", "amd64");
        return new LibrarySearch(
                properties, Map.of("XDG_CACHE_HOME", temp.resolve("cache").toString()), temp);
    }

    private Path jar(String name, Map<String, String> entries) throws IOException {
        Path jar = temp.resolve(name);
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (Map.Entry<String, String> entry : entries.entrySet()) {
                out.putNextEntry(new JarEntry(FOLDER + entry.getKey()));
                out.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
                out.closeEntry();
            }
        }
        return jar;
    }

    private @Nullable Path file(Path classPath, CudaLibrary library) throws IOException {
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {classPath.toUri().toURL()}, null)) {
            return new JavaCppRedist(search(), loader).file(library);
        }
    }

    private Path present(Path classPath, CudaLibrary library) throws IOException {
        return Objects.requireNonNull(file(classPath, library));
    }

    @Test
    void withoutTheArtifactThereIsNothing() throws IOException {
        assertNull(file(jar("empty.jar", Map.of("x", "")), CudaLibrary.NVRTC));
    }

    @Test
    void aLibraryComesOutOfTheJarWithItsBuiltins() throws IOException {
        Path jar =
                jar(
                        "redist.jar",
                        Map.of(
                                "libnvrtc.so.12", "compiler",
                                "libnvrtc-builtins.so.12.9", "builtins",
                                "libcupti.so.12", "profiler"));
        Path nvrtc = present(jar, CudaLibrary.NVRTC);
        assertEquals("libnvrtc.so.12", nvrtc.getFileName().toString());
        assertEquals("compiler", Files.readString(nvrtc));
        assertEquals(
                "builtins", Files.readString(nvrtc.resolveSibling("libnvrtc-builtins.so.12.9")));
        assertEquals(
                PosixFilePermissions.fromString("rwx------"),
                Files.getPosixFilePermissions(nvrtc.getParent()));
        Path cupti = present(jar, CudaLibrary.CUPTI);
        assertEquals("profiler", Files.readString(cupti));
        assertTrue(Files.notExists(cupti.resolveSibling("libnvrtc-builtins.so.12.9")));
    }

    @Test
    void theCopyIsUsedAgainAndRepaired() throws IOException {
        Path jar = jar("redist.jar", Map.of("libnvrtc.so.13", "compiler"));
        Path file = present(jar, CudaLibrary.NVRTC);
        Object written = Files.getLastModifiedTime(file);
        assertEquals(file, present(jar, CudaLibrary.NVRTC));
        assertEquals(written, Files.getLastModifiedTime(file));
        Files.writeString(file, "comp");
        present(jar, CudaLibrary.NVRTC);
        assertEquals("compiler", Files.readString(file));
        try (var left = Files.list(file.getParent())) {
            assertArrayEquals(new Object[] {file}, left.toArray());
        }
    }

    @Test
    void versionsDoNotMix() throws IOException {
        Path a = present(jar("a.jar", Map.of("libnvrtc.so.12", "12.8")), CudaLibrary.NVRTC);
        Path b = present(jar("b.jar", Map.of("libnvrtc.so.12", "12.9")), CudaLibrary.NVRTC);
        assertNotEquals(a, b);
    }

    @Test
    void anUnpackedArtifactIsUsedInPlace() throws IOException {
        Path file = temp.resolve("classes").resolve(FOLDER).resolve("libcupti.so.13");
        Files.createDirectories(file.getParent());
        Files.createFile(file);
        assertEquals(file, present(temp.resolve("classes"), CudaLibrary.CUPTI));
        assertTrue(Files.notExists(temp.resolve("cache")));
    }
}
