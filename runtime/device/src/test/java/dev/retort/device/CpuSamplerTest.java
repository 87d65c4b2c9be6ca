package dev.retort.device;

import static dev.retort.device.Readings.reason;
import static dev.retort.device.Readings.source;
import static dev.retort.device.Readings.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Waits for ticks, never for time; the timeout only ends a test that would hang. */
@Timeout(60)
class CpuSamplerTest {
    private static final Duration PERIOD = Duration.ofMillis(2);

    private final FakeMachine machine;

    CpuSamplerTest(@TempDir Path folder) {
        machine =
                new FakeMachine(folder)
                        .residentKilobytes(100)
                        .domain("intel-rapl:0", "package-0", 1_000_000);
    }

    /** Returns after a tick that began after this call. */
    private static void awaitTick(CpuSampler sampler) {
        long now = sampler.cost().ticks();
        // Two, because the first to end may have read its files before this call.
        while (sampler.cost().ticks() < now + 2) {
            LockSupport.parkNanos(100_000);
        }
    }

    @Test
    void windowsSeeTheSpikesTheySpanAndNoOther() {
        try (CpuSampler sampler = CpuSampler.start(machine.device(), PERIOD)) {
            CpuWindow outer = sampler.openWindow();
            machine.residentKilobytes(900);
            awaitTick(sampler);
            machine.residentKilobytes(200);
            awaitTick(sampler);
            CpuWindow inner = sampler.openWindow();
            machine.residentKilobytes(700);
            awaitTick(sampler);
            machine.residentKilobytes(300);
            awaitTick(sampler);
            assertEquals(900 * 1024.0, value(outer.close().peakResidentBytes()));
            machine.residentKilobytes(950);
            assertEquals(950 * 1024.0, value(inner.close().peakResidentBytes()), "at close");
        }
    }

    @Test
    void samplesOnceAtOpeningAndOnceAtClose() {
        try (CpuSampler sampler = CpuSampler.start(machine.device(), Duration.ofMinutes(1))) {
            while (sampler.cost().ticks() == 0) {
                LockSupport.parkNanos(100_000);
            }
            machine.residentKilobytes(500);
            CpuWindow window = sampler.openWindow();
            machine.residentKilobytes(400);
            Reading peak = window.close().peakResidentBytes();
            assertEquals(500 * 1024.0, value(peak));
            assertEquals(
                    machine.status()
                            + " VmRSS, the largest of 2 samples, one at either end and one every"
                            + " 60000.0 ms",
                    source(peak));
            CpuWindow losing = sampler.openWindow();
            machine.status("Name:\tjava\n");
            Reading first = losing.close().peakResidentBytes();
            assertTrue(source(first).contains("the largest of 1 samples"), "absent is no sample");
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void realMemoryIsSeen() {
        try (CpuSampler sampler = CpuSampler.start(CpuDevice.host(), PERIOD)) {
            double before = value(CpuDevice.host().residentBytes());
            CpuWindow window = sampler.openWindow();
            // Direct, so that it cannot fit into pages that the heap has touched before.
            ByteBuffer block = ByteBuffer.allocateDirect(96 << 20);
            for (int i = 0; i < block.capacity(); i += 1024) {
                block.put(i, (byte) 1);
            }
            awaitTick(sampler);
            CpuUsage usage = window.close();
            assertEquals(1, block.get(0));
            assertTrue(value(usage.peakResidentBytes()) > before + (64 << 20));
            assertTrue(value(usage.cpuSeconds()) >= 0);
            assertTrue(usage.wall().isPositive());
        }
    }

    @Test
    void energyOfAWindowBeginsAtItsOpening() {
        CpuDevice device = machine.device();
        try (CpuSampler sampler = CpuSampler.start(device, PERIOD)) {
            machine.energy("intel-rapl:0", 3_000_000);
            CpuWindow outer = sampler.openWindow();
            machine.energy("intel-rapl:0", 5_000_000);
            CpuWindow inner = sampler.openWindow();
            machine.energy("intel-rapl:0", 6_500_000);
            assertEquals(3.5, value(outer.close().joules()), 1e-9);
            assertEquals(1.5, value(inner.close().joules()), 1e-9);
            assertEquals(5.5, value(device.joules()), 1e-9);
        }
    }

    @Test
    void ticksKeepTheEnergyCounterFromWrappingUnseen() {
        AtomicLong nanoTime = new AtomicLong();
        Rapl rapl = Rapl.open(machine.powercap(), Files::readString, nanoTime::get);
        CpuDevice device = new CpuDevice(new ProcFiles(machine.proc()), rapl);
        try (CpuSampler sampler = CpuSampler.start(device, PERIOD)) {
            CpuWindow window = sampler.openWindow();
            // Unread for more than 262 s, the counter could have turned around.
            for (int i = 0; i < 3; i++) {
                nanoTime.addAndGet(Duration.ofSeconds(200).toNanos());
                awaitTick(sampler);
            }
            assertEquals(0.0, value(window.close().joules()));
        }
    }

    @Test
    void secondCloseReturnsTheSameUsage() {
        try (CpuSampler sampler = CpuSampler.start(machine.device(), PERIOD)) {
            CpuWindow window = sampler.openWindow();
            CpuUsage soFar = window.usage();
            machine.residentKilobytes(800);
            CpuUsage closed = window.close();
            machine.residentKilobytes(5000);
            awaitTick(sampler);
            assertSame(closed, window.close());
            assertSame(closed, window.usage());
            assertEquals(100 * 1024.0, value(soFar.peakResidentBytes()));
            assertEquals(800 * 1024.0, value(closed.peakResidentBytes()));
            assertTrue(closed.wall().compareTo(soFar.wall()) >= 0);
        }
    }

    @Test
    void absentSampleDoesNotLoseThePeak() {
        try (CpuSampler sampler = CpuSampler.start(machine.device(), PERIOD)) {
            CpuWindow window = sampler.openWindow();
            machine.status("Name:\tjava\n");
            awaitTick(sampler);
            assertEquals(100 * 1024.0, value(window.close().peakResidentBytes()));
            CpuWindow blind = sampler.openWindow();
            assertEquals(
                    machine.status() + " has no line VmRSS",
                    reason(blind.close().peakResidentBytes()));
            assertEquals(0, sampler.failedTicks(), "absence is no failure");
        }
    }

    @Test
    void failingTicksAreCountedAndDoNotStopTheSampler() {
        AtomicBoolean broken = new AtomicBoolean();
        Rapl rapl =
                Rapl.open(
                        machine.powercap(),
                        file -> {
                            if (broken.get()) {
                                throw new OutOfMemoryError("simulated");
                            }
                            return Files.readString(file);
                        },
                        System::nanoTime);
        CpuDevice device = new CpuDevice(new ProcFiles(machine.proc()), rapl);
        try (CpuSampler sampler = CpuSampler.start(device, PERIOD)) {
            CpuWindow window = sampler.openWindow();
            awaitTick(sampler);
            assertEquals(0, sampler.failedTicks());
            broken.set(true);
            awaitTick(sampler);
            broken.set(false);
            awaitTick(sampler);
            long failed = sampler.failedTicks();
            assertTrue(failed >= 1, "failed ticks: " + failed);
            machine.residentKilobytes(600);
            awaitTick(sampler);
            machine.residentKilobytes(100);
            assertEquals(600 * 1024.0, value(window.close().peakResidentBytes()));
            assertEquals(failed, sampler.failedTicks());
        }
    }

    @Test
    void costIsThatOfTheSamplingThread() {
        try (CpuSampler sampler =
                CpuSampler.start(machine.device(), PERIOD, () -> Duration.ofMillis(7).toNanos())) {
            awaitTick(sampler);
            SamplerCost cost = sampler.cost();
            assertEquals(Duration.ofMillis(7), cost.cpuTime());
            assertTrue(cost.ticks() >= 2);
            assertTrue(cost.wall().isPositive());
        }
    }

    @Test
    void costOnThisJvmIsPositiveAndBelowTheWallTime() {
        try (CpuSampler sampler = CpuSampler.start(machine.device(), PERIOD)) {
            awaitTick(sampler);
            SamplerCost cost = sampler.cost();
            assertTrue(cost.cpuTime().isPositive());
            double share = cost.shareOfOneCore().orElseThrow();
            assertTrue(share > 0 && share <= 1, "share of one core: " + share);
        }
    }

    @Test
    void costWithoutAThreadClockIsBoundedByTheTimeInTicks() {
        try (CpuSampler sampler = CpuSampler.start(machine.device(), PERIOD, () -> -1)) {
            awaitTick(sampler);
            SamplerCost cost = sampler.cost();
            assertTrue(cost.cpuTime().isPositive());
            assertTrue(cost.cpuTime().compareTo(cost.wall()) < 0);
        }
    }

    @Test
    void closeStopsTheThreadAndIsIdempotent() {
        CpuSampler sampler = CpuSampler.start(machine.device(), PERIOD);
        Thread thread = sampler.thread();
        assertEquals("retort-sampler", thread.getName());
        assertTrue(thread.isDaemon() && thread.isAlive());
        CpuWindow open = sampler.openWindow();
        sampler.close();
        assertFalse(thread.isAlive());
        SamplerCost cost = sampler.cost();
        sampler.close();
        assertEquals(cost, sampler.cost(), "a closed sampler costs nothing more");
        machine.residentKilobytes(400);
        assertEquals(400 * 1024.0, value(open.close().peakResidentBytes()));
        assertThrows(IllegalStateException.class, sampler::openWindow);
    }

    @Test
    void strayInterruptDoesNotStopTheSampler() {
        try (CpuSampler sampler = CpuSampler.start(machine.device(), PERIOD)) {
            sampler.thread().interrupt();
            awaitTick(sampler);
            assertTrue(sampler.thread().isAlive());
        }
    }

    @Test
    void periodsOutOfRangeAreRefused() {
        CpuDevice device = machine.device();
        for (Duration period :
                new Duration[] {
                    Duration.ZERO,
                    Duration.ofMillis(-5),
                    Duration.ofNanos(999_999),
                    Duration.ofMinutes(1).plusNanos(1)
                }) {
            assertThrows(IllegalArgumentException.class, () -> CpuSampler.start(device, period));
        }
    }
}
