package dev.retort.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

class LibrarySearchTest {
    private final Path root;

    LibrarySearchTest(@TempDir Path root) {
        this.root = root;
    }

    private final Properties properties = new Properties();
    private final Map<String, String> environment = new HashMap<>();

    private LibrarySearch search() {
        properties.setProperty("user.home", root.resolve("home").toString());
        return new LibrarySearch(properties, environment, root);
    }

    private Path file(String path) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.createFile(file);
    }

    @Test
    void anEmptyMachineHasNothing() {
        LibrarySearch search = search();
        for (CudaLibrary library : CudaLibrary.values()) {
            assertNull(search.explicit(library));
            assertEquals(List.of(), search.inCudaHome(library));
            assertEquals(List.of(), search.inPythonPackages(library));
        }
        assertNull(search.cudaHome());
    }

    @Test
    void theUsersChoiceNeedNotExist() {
        properties.setProperty("dev.retort.cuda.nvrtc", "/not/there");
        properties.setProperty("dev.retort.cuda.cupti", " ");
        assertEquals("/not/there", search().explicit(CudaLibrary.NVRTC));
        assertNull(search().explicit(CudaLibrary.CUPTI));
        assertNull(search().explicit(CudaLibrary.DRIVER));
    }

    @Test
    void theNewerLibraryOfAToolkitComesFirst() throws IOException {
        Path older = file("cuda/lib64/libnvrtc.so.12");
        Path newer = file("cuda/targets/x86_64-linux/lib/libnvrtc.so.13");
        Path cupti = file("cuda/extras/CUPTI/lib64/libcupti.so.12");
        environment.put("CUDA_HOME", root.resolve("cuda").toString());
        assertEquals(List.of(newer, older), search().inCudaHome(CudaLibrary.NVRTC));
        assertEquals(List.of(cupti), search().inCudaHome(CudaLibrary.CUPTI));
    }

    @Test
    void stubsAreNotTaken() throws IOException {
        file("cuda/lib64/stubs/libcuda.so.1");
        environment.put("CUDA_HOME", root.resolve("cuda").toString());
        assertEquals(List.of(), search().inCudaHome(CudaLibrary.DRIVER));
    }

    @Test
    void pythonPackagesAreFoundInEveryPlace() throws IOException {
        Path venv = file("venv/lib/python3.12/site-packages/nvidia/cu13/lib/libnvrtc.so.13");
        Path user =
                file(
                        "home/.local/lib/python3.11/site-packages/nvidia/cuda_nvrtc/lib/libnvrtc.so.12");
        Path local =
                file("usr/local/lib/python3.11/dist-packages/nvidia/cuda_cupti/lib/libcupti.so.12");
        Path conda = file("conda/lib/python3.13/site-packages/nvidia/cu13/lib/libcupti.so.13");
        environment.put("VIRTUAL_ENV", root.resolve("venv").toString());
        environment.put("CONDA_PREFIX", root.resolve("conda").toString());
        assertEquals(List.of(venv, user), search().inPythonPackages(CudaLibrary.NVRTC));
        assertEquals(List.of(conda, local), search().inPythonPackages(CudaLibrary.CUPTI));
    }

    @Test
    void thePlatformHasJavaCppsName() {
        properties.setProperty("os.arch", "amd64");
        assertEquals("linux-x86_64", search().platform());
        properties.setProperty("os.arch", "aarch64");
        assertEquals("linux-arm64", search().platform());
        properties.setProperty("os.arch", "riscv64");
        assertEquals("linux-riscv64", search().platform());
    }

    @Test
    void onlyLinuxIsLinux() {
        assertFalse(search().onLinux());
        properties.setProperty("os.name", "Linux");
        assertTrue(search().onLinux());
    }

    @Test
    void theCacheFollowsTheStandard() {
        assertEquals(root.resolve("home/.cache/retort/native"), search().cache());
        environment.put("XDG_CACHE_HOME", root.resolve("cache").toString());
        assertEquals(root.resolve("cache/retort/native"), search().cache());
    }
}
