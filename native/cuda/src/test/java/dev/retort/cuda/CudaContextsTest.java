package dev.retort.cuda;

import static dev.retort.cuda.Drivers.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.retort.cuda.standin.StandIn;
import dev.retort.cuda.standin.StandIn.Counter;
import dev.retort.cuda.standin.StandInExtension;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

@ExtendWith(StandInExtension.class)
class CudaContextsTest {
    @Test
    void thePrimaryContextIsShared(StandIn standIn) {
        CudaContexts contexts = driver().contexts();
        long first = contexts.retainPrimary(0);
        assertEquals(first, contexts.retainPrimary(0));
        assertNotEquals(first, contexts.retainPrimary(1));
        assertEquals(3, standIn.count(Counter.PRIMARY_REFERENCES));
        contexts.releasePrimary(0);
        contexts.releasePrimary(0);
        contexts.releasePrimary(1);
        assertEquals(
                "cuDevicePrimaryCtxRelease_v2",
                assertThrows(CudaException.class, () -> contexts.releasePrimary(0)).function());
    }

    @Test
    void theCurrentContextIsAStack() {
        CudaContexts contexts = driver().contexts();
        long a = contexts.retainPrimary(0);
        long b = contexts.retainPrimary(1);
        assertEquals(0, contexts.current());
        contexts.push(a);
        contexts.push(b);
        contexts.synchronize();
        assertEquals(b, contexts.current());
        assertEquals(b, contexts.pop());
        assertEquals(a, contexts.current());
        contexts.setCurrent(b);
        assertEquals(b, contexts.current());
        contexts.setCurrent(0);
        assertEquals(0, contexts.current());
        assertThrows(CudaException.class, contexts::pop);
        contexts.releasePrimary(0);
        contexts.releasePrimary(1);
    }

    @Test
    void theCurrentContextBelongsToTheThread() throws Exception {
        Drivers.inContext(
                driver -> {
                    try (ExecutorService other = Executors.newSingleThreadExecutor()) {
                        Callable<Long> current = () -> driver.contexts().current();
                        assertEquals(0, other.submit(current).get());
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                });
    }

    @Test
    void workWithoutAContextIsRefused() {
        CudaDriver driver = driver();
        CudaException failure =
                assertThrows(CudaException.class, () -> driver.contexts().synchronize());
        assertEquals("CUDA_ERROR_INVALID_CONTEXT", failure.name());
        assertThrows(CudaException.class, () -> driver.contexts().push(0));
    }
}
