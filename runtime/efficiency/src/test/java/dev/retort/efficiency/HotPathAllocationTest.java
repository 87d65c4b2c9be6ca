package dev.retort.efficiency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;

import dev.retort.device.sampling.Sampler;
import dev.retort.device.sampling.SamplerOptions;

import org.junit.jupiter.api.Test;

import java.lang.management.ManagementFactory;

class HotPathAllocationTest {
    private static final int CALLS = 1_000_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static void loop(RunMeter meter) {
        for (int i = 0; i < CALLS; i++) {
            meter.begin(Region.STEP);
            meter.begin(Region.INPUT);
            meter.end(Region.INPUT);
            meter.step(i);
            meter.end(Region.STEP);
            // Anomalies are on the hot path as well.
            meter.end(Region.UPDATE);
            meter.step(-1);
        }
    }

    private static long allocated() {
        return THREADS.getCurrentThreadAllocatedBytes();
    }

    @Test
    void hooksAllocateNothing() {
        try (Sampler sampler = Sampler.start(SamplerOptions.defaults());
                RunMeter meter = RunMeter.open("hot", sampler)) {
            loop(meter);
            loop(meter);
            long before = allocated();
            loop(meter);
            long after = allocated();
            assertEquals(0, after - before, "bytes allocated by the hooks");
            assertEquals(3L * 7 * CALLS, meter.snapshot().hookCost().calls());
        }
    }

    @Test
    void theInstrumentSeesAllocation() {
        long before = allocated();
        byte[][] kept = new byte[100][];
        for (int i = 0; i < kept.length; i++) {
            kept[i] = new byte[16];
        }
        long after = allocated();
        assertTrue(after - before >= 100 * 16, "bytes: " + (after - before));
        assertEquals(16, kept[99].length);
    }
}
