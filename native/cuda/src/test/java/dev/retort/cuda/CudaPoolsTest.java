package dev.retort.cuda;

import static dev.retort.cuda.Drivers.inContext;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.cuda.CudaPools.Attribute;
import dev.retort.cuda.standin.StandIn;
import dev.retort.cuda.standin.StandInExtension;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(StandInExtension.class)
class CudaPoolsTest {
    @Test
    void aPoolCountsAndKeepsWhatItsThresholdAllows() {
        inContext(
                driver -> {
                    CudaPools pools = driver.pools();
                    long pool = pools.create(0);
                    long a = pools.allocate(pool, 1000, 0);
                    long b = pools.allocate(pool, 500, 0);
                    assertEquals(1500, pools.attribute(pool, Attribute.USED_CURRENT));
                    driver.memory().freeAsync(a, 0);
                    assertEquals(500, pools.attribute(pool, Attribute.USED_CURRENT));
                    assertEquals(1500, pools.attribute(pool, Attribute.USED_HIGH));
                    assertEquals(1500, pools.attribute(pool, Attribute.RESERVED_CURRENT));
                    pools.setAttribute(pool, Attribute.RELEASE_THRESHOLD, 700);
                    driver.contexts().synchronize();
                    assertEquals(700, pools.attribute(pool, Attribute.RESERVED_CURRENT));
                    pools.trim(pool, 0);
                    assertEquals(500, pools.attribute(pool, Attribute.RESERVED_CURRENT));
                    pools.setAttribute(pool, Attribute.USED_HIGH, 0);
                    assertEquals(500, pools.attribute(pool, Attribute.USED_HIGH));
                    driver.memory().free(b);
                    pools.destroy(pool);
                });
    }

    @Test
    void refusalsNameWhatWasAskedFor(StandIn standIn) {
        inContext(
                driver -> {
                    long pool = driver.pools().defaultPool(1);
                    OutOfDeviceMemoryException failure =
                            assertThrows(
                                    OutOfDeviceMemoryException.class,
                                    () -> driver.pools().allocate(pool, 1L << 40, 0));
                    assertTrue(
                            failure.text().endsWith("asked for 1099511627776 bytes"),
                            failure.text());
                    CudaException set =
                            assertThrows(
                                    CudaException.class,
                                    () ->
                                            driver.pools()
                                                    .setAttribute(pool, Attribute.USED_HIGH, -1));
                    assertTrue(set.text().endsWith("USED_HIGH = 18446744073709551615"), set.text());
                    assertThrows(CudaException.class, () -> driver.pools().create(7));
                    driver.pools().allowAccess(pool, 0);
                    standIn.setDevices(3);
                    assertThrows(CudaException.class, () -> driver.pools().allowAccess(pool, 2));
                });
    }
}
