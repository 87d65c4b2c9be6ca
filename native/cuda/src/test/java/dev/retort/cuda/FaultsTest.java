package dev.retort.cuda;

import static dev.retort.cuda.Drivers.driver;
import static dev.retort.cuda.Drivers.inContext;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.cuda.standin.StandIn;
import dev.retort.cuda.standin.StandInExtension;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Set;

@ExtendWith(StandInExtension.class)
class FaultsTest {
    @Test
    void aLostDeviceIsLostAndTheOtherIsNot(StandIn standIn) {
        inContext(
                driver -> {
                    long stream = driver.streams().create(0);
                    standIn.loseDevice(0);
                    assertThrows(DeviceLostException.class, () -> driver.memory().allocate(1));
                    DeviceLostException lost =
                            assertThrows(
                                    DeviceLostException.class,
                                    () -> driver.streams().synchronize(stream));
                    assertEquals("CUDA_ERROR_ECC_UNCORRECTABLE", lost.name());
                    assertFalse(lost.fatalToProcess());
                    driver.contexts().push(driver.contexts().retainPrimary(1));
                    driver.memory().free(driver.memory().allocate(1));
                    driver.contexts().pop();
                    driver.contexts().releasePrimary(1);
                    driver.streams().destroy(stream);
                });
    }

    @ParameterizedTest
    @ValueSource(ints = {46, 214, 220, 226})
    void theseCodesMeanALostDevice(int code, StandIn standIn) {
        standIn.fail("cuDeviceGetCount", code, 1);
        CudaException lost =
                assertThrows(DeviceLostException.class, () -> driver().devices().count());
        assertEquals(code == 226, lost.fatalToProcess());
    }

    @Test
    void aDeviceThatAnotherProcessHasForItselfIsNotLost(StandIn standIn) {
        standIn.fail("cuDevicePrimaryCtxRetain", 46, 1);
        CudaException refusal =
                assertThrows(CudaException.class, () -> driver().contexts().retainPrimary(0));
        assertFalse(refusal instanceof DeviceLostException);
        assertEquals(46, refusal.code());
    }

    @ParameterizedTest
    @ValueSource(ints = {36, 801})
    void theseCodesMeanNotSupported(int code, StandIn standIn) {
        standIn.fail("cuDeviceGetCount", code, 1);
        assertThrows(NotSupportedException.class, () -> driver().devices().count());
    }

    @Test
    void theProcessIsDoneAfterTheCodesThatTheHeaderNames(StandIn standIn) {
        Set<Integer> fatal = Set.of(226, 700, 702, 714, 715, 716, 717, 718, 719, 721, 810, 911);
        for (int code = 1; code < 1000; code++) {
            assertEquals(
                    fatal.contains(code),
                    DriverErrors.failure(code, "f", "").fatalToProcess(),
                    "code " + code);
        }
        assertTrue(standIn.library("libcuda.so.1").isAbsolute());
    }

    @Test
    void faultsEndAfterTheirCalls(StandIn standIn) {
        standIn.fail("cuDeviceGetCount", 2, 2);
        CudaDevices devices = driver().devices();
        assertInstanceOf(
                OutOfDeviceMemoryException.class,
                assertThrows(CudaException.class, devices::count));
        assertThrows(OutOfDeviceMemoryException.class, devices::count);
        assertEquals(2, devices.count());
    }
}
