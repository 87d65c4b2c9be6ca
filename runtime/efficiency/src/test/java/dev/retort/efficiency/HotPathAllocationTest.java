package dev.retort.efficiency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;

import dev.retort.device.sampling.Sampler;
import dev.retort.device.sampling.SamplerOptions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;

class HotPathAllocationTest {
    private static final int CALLS = 300_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static void loop(RunMeter meter) {
        for (int i = 0; i < CALLS; i++) {
            meter.beginStep();
            meter.begin(Region.STEP);
            meter.begin(Region.INPUT);
            meter.change(Region.INPUT, Region.FORWARD);
            meter.end(Region.FORWARD);
            meter.end(Region.STEP);
            meter.flops(Precision.FP32, 1e9, 1e9);
            meter.endStep(i, 7);
            // Anomalies are on the hot path as well.
            meter.end(Region.UPDATE);
            meter.endStep(-1);
        }
    }

    private static long allocated() {
        return THREADS.getCurrentThreadAllocatedBytes();
    }

    @Test
    void hooksAllocateNothing() {
        measure(RunOptions.of("hot"));
    }

    @Test
    void hooksOfAKeptLedgerAllocateNothing(@TempDir Path folder) {
        measure(RunOptions.of("hot").journal(folder));
    }

    private static void measure(RunOptions options) {
        try (Sampler sampler = Sampler.start(SamplerOptions.defaults());
                RunMeter meter = options.sampler(sampler).open()) {
            loop(meter);
            loop(meter);
            long before = allocated();
            loop(meter);
            long after = allocated();
            assertEquals(0, after - before, "bytes allocated by the hooks");
            assertEquals(3L * 10 * CALLS, meter.snapshot().hookCost().calls());
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
