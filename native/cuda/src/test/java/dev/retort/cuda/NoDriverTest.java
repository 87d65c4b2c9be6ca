package dev.retort.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.retort.cuda.Availability.Unavailable;
import dev.retort.cuda.standin.ProbeMain;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** This machine as it is, without the stand-in. */
@Tag("no-driver")
class NoDriverTest {
    @Test
    void probingNeverThrows() {
        Availability<CudaDriver> driver = CudaDriver.probe();
        assertSame(driver, CudaDriver.probe(), "probed twice");
        for (CudaLibrary library : CudaLibrary.values()) {
            Availability<LoadedLibrary> found = library.probe();
            assertSame(found, library.probe(), "probed twice");
        }
    }

    @Test
    void absenceNamesEveryPlace() {
        assumeTrue(CudaLibrary.DRIVER.probe() instanceof Unavailable, "this machine has a driver");
        List<String> reasons = CudaDriver.probe().absenceReasons();
        assertEquals(2, reasons.size(), reasons::toString);
        assertTrue(reasons.getFirst().startsWith("CUDA_HOME"), reasons::toString);
        assertTrue(reasons.stream().allMatch(reason -> !reason.isBlank()), reasons::toString);
        assertTrue(
                reasons.contains(
                        "loader's path (LD_LIBRARY_PATH, ld.so.conf): no usable libcuda.so.1"),
                reasons::toString);
    }

    @Test
    void absenceOfNvmlIsNoException() {
        assumeTrue(CudaLibrary.NVML.probe() instanceof Unavailable, "this machine has NVML");
        assertFalse(Nvml.open().absenceReasons().isEmpty());
        assertTrue(Nvml.open().optional().isEmpty());
    }

    @Test
    void withoutTheGrantTheFlagIsNamed() throws Exception {
        String output = probeInNewJvm(List.of("--illegal-native-access=deny"));
        String reason =
                "[native access is not enabled; start Java with"
                        + " --enable-native-access=dev.retort.cuda]";
        assertEquals(
                List.of("driver: " + reason, "nvml: " + reason, "nvrtc: " + reason),
                output.lines().toList());
    }

    @Test
    void aDriverThatTheUserNamesAndThatIsNotThereIsAbsent() throws Exception {
        String output =
                probeInNewJvm(
                        List.of(
                                "--enable-native-access=dev.retort.cuda",
                                "-Ddev.retort.cuda.driver=/nowhere/libcuda.so.1"));
        String driver = output.lines().findFirst().orElseThrow();
        assertTrue(driver.startsWith("driver: [system property dev.retort.cuda.driver: "), output);
        assertTrue(driver.contains("/nowhere/libcuda.so.1"), output);
    }

    /** Runs on the module path, as an application does; returns what it printed, also as errors. */
    private static String probeInNewJvm(List<String> options)
            throws IOException, InterruptedException, URISyntaxException {
        Path testClasses = classes(ProbeMain.class, "test-classes");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(
                List.of(
                        "--module-path",
                        testClasses.resolveSibling("classes").toString(),
                        "--add-modules",
                        "dev.retort.cuda",
                        "--class-path",
                        testClasses.toString(),
                        ProbeMain.class.getName()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), "no end after 60 s");
            assertEquals(0, process.exitValue(), output);
            return output;
        } finally {
            process.destroy();
        }
    }

    private static Path classes(Class<?> type, String folder) throws URISyntaxException {
        // The test classes are patched into the module, whose own location is that of the classes.
        Path location = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        return location.endsWith(folder) ? location : location.resolveSibling(folder);
    }
}
