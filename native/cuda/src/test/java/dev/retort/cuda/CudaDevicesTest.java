package dev.retort.cuda;

import static dev.retort.cuda.Drivers.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.cuda.Availability.Available;
import dev.retort.cuda.standin.StandIn;
import dev.retort.cuda.standin.StandInExtension;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

@ExtendWith(StandInExtension.class)
class CudaDevicesTest {
    @Test
    void theDriverTellsWhereItCameFrom(StandIn standIn) {
        CudaDriver driver = driver();
        assertEquals(
                new LoadedLibrary(
                        CudaLibrary.DRIVER,
                        standIn.library("libcuda.so.1"),
                        LibraryOrigin.SYSTEM_PROPERTY),
                driver.library());
        assertEquals(new CudaVersion(13, 0), driver.version());
        assertSame(driver, driver(), "probed twice");
    }

    @Test
    void theCurrentDriverHasAllFeatures() {
        for (DriverFeature feature : DriverFeature.values()) {
            assertInstanceOf(Available.class, driver().availability(feature), feature.name());
        }
    }

    @Test
    void devicesHaveIdentity() {
        CudaDevices devices = driver().devices();
        assertEquals(2, devices.count());
        int second = devices.handle(1);
        assertEquals("Retort simulated GPU 1 (not hardware)", devices.name(second));
        assertEquals(UUID.fromString("51301a7e-d000-4000-8000-000000000001"), devices.uuid(second));
        assertEquals(PciAddress.parse("0000:f1:00.0"), devices.pciAddress(second));
        assertEquals(StandIn.MEMORY_BYTES, devices.totalMemoryBytes(second));
    }

    @Test
    void devicesHaveAttributes() {
        CudaDevices devices = driver().devices();
        assertEquals(9, devices.attribute(0, DeviceAttribute.COMPUTE_CAPABILITY_MAJOR));
        assertEquals(1024, devices.attribute(0, DeviceAttribute.MAX_THREADS_PER_BLOCK));
        assertEquals(32, devices.attribute(0, DeviceAttribute.WARP_SIZE));
    }

    @Test
    void aWrongOrdinalIsNamed() {
        CudaException failure =
                assertThrows(CudaException.class, () -> driver().devices().handle(2));
        assertEquals("cuDeviceGet", failure.function());
        assertEquals(101, failure.code());
        assertEquals("CUDA_ERROR_INVALID_DEVICE", failure.name());
        assertEquals("simulated: invalid device ordinal", failure.text());
        assertEquals(
                "cuDeviceGet: CUDA_ERROR_INVALID_DEVICE (101): simulated: invalid device ordinal",
                failure.getMessage());
    }

    @Test
    void everyCallReportsItsOwnFailure(StandIn standIn) {
        CudaDevices devices = driver().devices();
        standIn.fail("cuDeviceGetCount", 999, 1);
        CudaException unknown = assertThrows(CudaException.class, devices::count);
        assertEquals("unknown CUresult 999", unknown.name());
        standIn.fail("cuDeviceGetAttribute", 1, 1);
        CudaException attribute =
                assertThrows(
                        CudaException.class,
                        () -> devices.attribute(0, DeviceAttribute.CLUSTER_LAUNCH));
        assertTrue(attribute.text().endsWith("attribute CLUSTER_LAUNCH"), attribute.text());
        assertEquals(2, devices.count(), "the fault is over");
        for (Runnable call :
                new Runnable[] {
                    () -> devices.name(7),
                    () -> devices.uuid(7),
                    () -> devices.pciAddress(7),
                    () -> devices.totalMemoryBytes(7)
                }) {
            assertEquals(101, assertThrows(CudaException.class, call::run).code());
        }
    }

    @Test
    void aDriverThatDoesNotStartIsAbsent(StandIn standIn) {
        standIn.fail("cuInit", 100, 1);
        LoadedLibrary library = driver().library();
        assertEquals(
                List.of(
                        library.file()
                                + ": cuInit: CUDA_ERROR_NO_DEVICE (100):"
                                + " simulated: no CUDA-capable device is detected"),
                CudaDriver.initialise(library).absenceReasons());
        standIn.fail("cuDriverGetVersion", 1, 1);
        assertEquals(1, CudaDriver.initialise(library).absenceReasons().size());
    }

    @Test
    void threadsDoNotMixTheirResults() throws Exception {
        CudaDevices devices = driver().devices();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> names = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                int ordinal = i % 2;
                names.add(
                        threads.submit(() -> devices.name(ordinal) + devices.pciAddress(ordinal)));
            }
            for (int i = 0; i < 200; i++) {
                assertEquals(
                        "Retort simulated GPU %d (not hardware)00000000:f%d:00.0"
                                .formatted(i % 2, i % 2),
                        names.get(i).get());
            }
        }
    }
}
