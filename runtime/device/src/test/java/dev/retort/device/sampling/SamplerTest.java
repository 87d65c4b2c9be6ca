package dev.retort.device.sampling;

import static dev.retort.device.Readings.reason;
import static dev.retort.device.Readings.source;
import static dev.retort.device.Readings.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;

import dev.retort.device.Reading;
import dev.retort.device.counters.Counter;
import dev.retort.device.counters.CpuCounters;
import dev.retort.device.counters.FakeMachine;
import dev.retort.device.counters.Series;
import dev.retort.device.counters.Tier;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Waits for ticks, never for time; the timeout only ends a test that would hang. */
@Timeout(60)
class SamplerTest {
    private static final String CPU = CpuCounters.DEVICE;
    private static final SamplerOptions QUICK =
            SamplerOptions.defaults().withPeriod(Tier.FAST, Duration.ofMillis(2));

    private final FakeMachine machine;
    private final AtomicLong nanoTime = new AtomicLong(1_000);

    SamplerTest(@TempDir Path folder) {
        machine =
                new FakeMachine(folder)
                        .residentKilobytes(100)
                        .domain("intel-rapl:0", "package-0", 1_000_000);
    }

    private Sampler manual(SamplerOptions options) {
        return new Sampler(options, List.of(machine.counters()), nanoTime::get, () -> -1, false);
    }

    private static Series only(Sampler sampler, Counter counter) {
        List<Series> series = sampler.series(CPU, counter);
        assertEquals(1, series.size());
        return series.getFirst();
    }

    /** Returns after a tick that began after this call. */
    private static void awaitTick(Sampler sampler) {
        long now = sampler.cost().ticks();
        // Two, because the first to end may have read its files before this call.
        while (sampler.cost().ticks() < now + 2) {
            LockSupport.parkNanos(100_000);
        }
    }

    @Test
    void windowsSeeThePeaksTheySpanAndNoOther() {
        try (Sampler sampler = manual(SamplerOptions.defaults())) {
            SamplerWindow outer = sampler.openWindow();
            machine.residentKilobytes(900);
            sampler.tick();
            machine.residentKilobytes(200);
            sampler.tick();
            SamplerWindow inner = sampler.openWindow();
            machine.residentKilobytes(700);
            sampler.tick();
            machine.residentKilobytes(300);
            sampler.tick();
            assertEquals(900 * 1024.0, value(outer.close().cpu().peakResidentBytes()));
            machine.residentKilobytes(950);
            Reading atClose = inner.close().cpu().peakResidentBytes();
            assertEquals(950 * 1024.0, value(atClose));
            assertEquals(machine.status() + " VmRSS, over 5 samples", source(atClose));
        }
    }

    @Test
    void energyOfAWindowBeginsAtItsOpening() {
        try (Sampler sampler = manual(SamplerOptions.defaults())) {
            sampler.tick();
            machine.energy("intel-rapl:0", 3_000_000);
            nanoTime.addAndGet(1_000_000_000);
            SamplerWindow outer = sampler.openWindow();
            machine.energy("intel-rapl:0", 5_000_000);
            nanoTime.addAndGet(1_000_000_000);
            SamplerWindow inner = sampler.openWindow();
            machine.energy("intel-rapl:0", 6_500_000);
            nanoTime.addAndGet(1_000_000_000);
            assertEquals(3.5, value(outer.close().cpu().joules()), 1e-9);
            WindowReport report = inner.close();
            assertEquals(1.5, value(report.cpu().joules()), 1e-9);
            EnergyUsage energy = report.energy(CPU);
            assertEquals(1.5, value(energy.joules()), 1e-9);
            assertEquals(EnergyUsage.Scope.PACKAGES, energy.scope());
            assertEquals(1.0, value(energy.errorBoundJoules()));
        }
    }

    @Test
    void aWindowThatSpansAGapHasNoEnergyAndTheNextHas() {
        try (Sampler sampler = manual(SamplerOptions.defaults())) {
            SamplerWindow window = sampler.openWindow();
            nanoTime.addAndGet(Duration.ofHours(1).toNanos());
            sampler.tick();
            SamplerWindow next = sampler.openWindow();
            machine.energy("intel-rapl:0", 2_000_000);
            nanoTime.addAndGet(1_000_000_000);
            sampler.tick();
            assertTrue(reason(window.close().cpu().joules()).contains("wrapped around unseen"));
            assertEquals(1.0, value(next.close().cpu().joules()), 1e-9);
        }
    }

    @Test
    void aSampleWithoutAValueLosesNeitherPeakNorGrowth() {
        try (Sampler sampler = manual(SamplerOptions.defaults())) {
            SamplerWindow window = sampler.openWindow();
            machine.status("Name:\tjava\n");
            sampler.tick();
            assertEquals(100 * 1024.0, value(window.close().cpu().peakResidentBytes()));
            SamplerWindow blind = sampler.openWindow();
            assertEquals(
                    machine.status() + " has no line 'VmRSS: <number> kB'",
                    reason(blind.close().cpu().peakResidentBytes()));
            assertEquals(0, sampler.failures(), "absence is no failure");
        }
    }

    @Test
    void secondCloseReturnsTheSameReport() {
        try (Sampler sampler = manual(SamplerOptions.defaults())) {
            SamplerWindow window = sampler.openWindow();
            nanoTime.addAndGet(5);
            WindowReport soFar = window.report();
            machine.residentKilobytes(800);
            nanoTime.addAndGet(5);
            WindowReport closed = window.close();
            machine.residentKilobytes(5000);
            sampler.tick();
            assertSame(closed, window.close());
            assertSame(closed, window.report());
            assertEquals(100 * 1024.0, value(soFar.cpu().peakResidentBytes()));
            assertEquals(800 * 1024.0, value(closed.cpu().peakResidentBytes()));
            assertEquals(Duration.ofNanos(5), soFar.wall());
            assertEquals(Duration.ofNanos(10), closed.wall());
        }
    }

    @Test
    void tiersAreSampledAtTheirPeriods() {
        machine.file("meminfo", "MemAvailable: 5 kB\n");
        SamplerOptions options =
                SamplerOptions.defaults()
                        .withPeriod(Tier.FAST, Duration.ofMillis(100))
                        .withPeriod(Tier.MEDIUM, Duration.ofMillis(500))
                        .withTier(Counter.HEAP_USED, Tier.SLOW)
                        .without(EnumSet.of(Counter.PACKAGE_ENERGY));
        try (Sampler sampler = manual(options)) {
            for (int i = 0; i < 200; i++) {
                nanoTime.addAndGet(100_000_000);
                sampler.tick();
            }
            Duration all = Duration.ofHours(1);
            assertEquals(200, sampler.history(only(sampler, Counter.RESIDENT_MEMORY), all).size());
            assertEquals(
                    40, sampler.history(only(sampler, Counter.HOST_MEMORY_AVAILABLE), all).size());
            assertEquals(2, sampler.history(only(sampler, Counter.HEAP_USED), all).size());
            assertEquals(List.of(), sampler.series(CPU, Counter.PACKAGE_ENERGY));
            assertEquals(
                    10,
                    sampler.history(only(sampler, Counter.RESIDENT_MEMORY), Duration.ofMillis(950))
                            .size());
        }
    }

    @Test
    void latestHasSourceAndMoment() {
        try (Sampler sampler = manual(SamplerOptions.defaults())) {
            Series resident = only(sampler, Counter.RESIDENT_MEMORY);
            assertEquals("not sampled yet", reason(sampler.latest(resident)));
            sampler.tick();
            assertEquals(
                    new Reading.Measured(100 * 1024.0, machine.status() + " VmRSS", 1_000),
                    sampler.latest(resident));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> sampler.latest(new Series("other", Counter.GPU_BUSY, "none")));
        }
    }

    /** Interpreted as well as compiled, as a tick of a second ago is not hot. */
    @Test
    void ticksOfTheProcessorAllocateNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Duration all = Duration.ofMillis(200);
        SamplerOptions everything =
                SamplerOptions.defaults().withPeriod(Tier.MEDIUM, all).withPeriod(Tier.SLOW, all);
        try (Sampler sampler = Sampler.manual(everything, List.of(CpuCounters.host()));
                Subscription subscription = sampler.subscribe(10)) {
            SamplerWindow window = sampler.openWindow();
            for (int i = 0; i < 200; i++) {
                sampler.tick();
            }
            long least = Long.MAX_VALUE;
            for (int batch = 0; batch < 10; batch++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < 50; i++) {
                    sampler.tick();
                }
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            assertEquals(0, least, "bytes in 50 ticks");
            assertTrue(subscription.dropped() > 0, "the subscriber is full");
            assertTrue(value(window.close().cpu().peakResidentBytes()) > 1e7);
            assertEquals(0, sampler.failures());
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void realMemoryIsSeen() {
        try (Sampler sampler = Sampler.start(QUICK)) {
            SamplerWindow window = sampler.openWindow();
            double before = value(sampler.latest(only(sampler, Counter.RESIDENT_MEMORY)));
            // Direct, so that it cannot fit into pages that the heap has touched before.
            ByteBuffer block = ByteBuffer.allocateDirect(96 << 20);
            for (int i = 0; i < block.capacity(); i += 1024) {
                block.put(i, (byte) 1);
            }
            awaitTick(sampler);
            CpuUsage usage = window.close().cpu();
            assertEquals(1, block.get(0));
            assertTrue(value(usage.peakResidentBytes()) > before + (64 << 20));
            assertTrue(value(usage.cpuSeconds()) >= 0);
            assertTrue(usage.wall().isPositive());
        }
    }

    @Test
    void costIsThatOfTheSamplingThread() {
        try (Sampler sampler = Sampler.start(QUICK, List.of(machine.counters()))) {
            awaitTick(sampler);
            SamplerCost cost = sampler.cost();
            double share = cost.shareOfOneCore().orElseThrow();
            assertTrue(share > 0 && share <= 1, "share of one core: " + share);
            assertEquals(Duration.ZERO, cost.driverTime(), "files are no driver");
        }
    }

    @Test
    void closeStopsTheThreadAndIsIdempotent() {
        Sampler sampler = Sampler.start(QUICK, List.of(machine.counters()));
        Thread thread = sampler.thread().thread();
        assertEquals("retort-sampler", thread.getName());
        assertTrue(thread.isDaemon() && thread.isAlive());
        SamplerWindow open = sampler.openWindow();
        sampler.close();
        assertFalse(thread.isAlive());
        SamplerCost cost = sampler.cost();
        sampler.close();
        assertEquals(cost, sampler.cost(), "a closed sampler costs nothing more");
        assertEquals(100 * 1024.0, value(open.close().cpu().peakResidentBytes()));
        assertThrows(IllegalStateException.class, sampler::openWindow);
        assertThrows(IllegalStateException.class, () -> sampler.subscribe(1));
        assertThrows(IllegalStateException.class, sampler::tick);
    }

    @Test
    void strayInterruptDoesNotStopTheSampler() {
        try (Sampler sampler = Sampler.start(QUICK, List.of(machine.counters()))) {
            Series resident = only(sampler, Counter.RESIDENT_MEMORY);
            sampler.thread().thread().interrupt();
            awaitTick(sampler);
            assertTrue(sampler.thread().thread().isAlive());
            assertEquals(100 * 1024.0, value(sampler.latest(resident)), "its files are open");
        }
    }

    @Test
    void impossibleOptionsAreRefused() {
        SamplerOptions options = SamplerOptions.defaults();
        for (Duration period :
                new Duration[] {
                    Duration.ZERO,
                    Duration.ofMillis(-5),
                    Duration.ofNanos(999_999),
                    Duration.ofMinutes(1).plusNanos(1)
                }) {
            assertThrows(
                    IllegalArgumentException.class, () -> options.withPeriod(Tier.FAST, period));
        }
        assertThrows(IllegalArgumentException.class, () -> options.withLimits(0, 1));
        assertThrows(IllegalArgumentException.class, () -> options.withLimits(1, Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> options.withRetention(Duration.ZERO));
    }
}
