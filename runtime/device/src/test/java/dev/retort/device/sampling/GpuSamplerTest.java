package dev.retort.device.sampling;

import static dev.retort.device.Readings.reason;
import static dev.retort.device.Readings.source;
import static dev.retort.device.Readings.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;

import dev.retort.cuda.Availability;
import dev.retort.cuda.Nvml;
import dev.retort.cuda.NvmlEvent;
import dev.retort.cuda.standin.StandIn;
import dev.retort.cuda.standin.StandInExtension;
import dev.retort.cuda.standin.StandInNvml.Value;
import dev.retort.device.Reading;
import dev.retort.device.counters.Counter;
import dev.retort.device.counters.CounterSource;
import dev.retort.device.counters.CpuCounters;
import dev.retort.device.counters.DeviceEvent;
import dev.retort.device.counters.GpuCounters;
import dev.retort.device.counters.Series;
import dev.retort.device.counters.Tier;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** GPUs of the stand-in, through the real downcalls, by a clock that the test moves. */
@Timeout(60)
@ExtendWith(StandInExtension.class)
class GpuSamplerTest {
    private static final SamplerOptions OPTIONS =
            SamplerOptions.defaults().withEnergyPeriodMeasured(false);
    private static final long TICK = 200_000_000;

    private final AtomicLong nanoTime = new AtomicLong(7_000);
    private Nvml nvml;
    private String gpu0;
    private String gpu1;

    @BeforeEach
    void open() {
        nvml = Nvml.open().optional().orElseThrow();
        // The stand-in numbers its devices the other way round than the driver.
        gpu0 = nvml.uuid(nvml.deviceByIndex(1));
        gpu1 = nvml.uuid(nvml.deviceByIndex(0));
    }

    @AfterEach
    void close() {
        nvml.close();
    }

    private Sampler sampler(SamplerOptions options) {
        List<CounterSource> sources = new ArrayList<>();
        sources.add(CpuCounters.host());
        for (Availability<GpuCounters> gpu : GpuCounters.openAll(nvml)) {
            gpu.optional().ifPresent(sources::add);
        }
        return new Sampler(options, sources, nanoTime::get, () -> -1, false);
    }

    private void tick(Sampler sampler) {
        nanoTime.addAndGet(TICK);
        sampler.tick();
    }

    private static Reading latest(Sampler sampler, String device, Counter counter) {
        return sampler.latest(sampler.series(device, counter).getFirst());
    }

    @Test
    void bothDevicesAreSampledInTheUnitsOfTheirCounters(StandIn standIn) {
        standIn.nvml().set(0, Value.CLOCK_SM_MHZ, 1200);
        try (Sampler sampler = sampler(OPTIONS)) {
            tick(sampler);
            assertEquals(0.87, value(latest(sampler, gpu0, Counter.GPU_BUSY)), 1e-12);
            assertEquals(0.43, value(latest(sampler, gpu0, Counter.GPU_MEMORY_BUSY)), 1e-12);
            assertEquals(312.5, value(latest(sampler, gpu0, Counter.GPU_POWER)), 1e-9);
            assertEquals(312.5, value(latest(sampler, gpu0, Counter.GPU_POWER_INSTANT)), 1e-9);
            assertEquals(700, value(latest(sampler, gpu0, Counter.GPU_POWER_LIMIT)), 1e-9);
            assertEquals(1.2e9, value(latest(sampler, gpu0, Counter.GPU_SM_CLOCK)), 1);
            assertEquals(1.755e9, value(latest(sampler, gpu1, Counter.GPU_SM_CLOCK)), 1);
            assertEquals(61, value(latest(sampler, gpu0, Counter.GPU_TEMPERATURE)));
            assertEquals(72, value(latest(sampler, gpu0, Counter.GPU_MEMORY_TEMPERATURE)));
            assertEquals(
                    StandIn.MEMORY_BYTES - (1 << 20),
                    value(latest(sampler, gpu0, Counter.GPU_MEMORY_FREE)));
            assertEquals(
                    0x24 | 1L << 40,
                    (long) value(latest(sampler, gpu0, Counter.GPU_CLOCK_EVENT_REASONS)));
            assertEquals(
                    "nvmlDeviceGetPowerUsage", source(latest(sampler, gpu0, Counter.GPU_POWER)));
            assertEquals(2, sampler.series(gpu0, Counter.GPU_NVLINK_RECEIVED).size());
            assertTrue(String.valueOf(sampler.devices().get(gpu0)).contains("simulated"));
        }
    }

    @Test
    void whatADeviceDoesNotHaveIsAbsentAndNotAskedAgain(StandIn standIn) {
        standIn.fail("nvmlDeviceGetUtilizationRates", 3, -1);
        standIn.nvml().failField(82, 3);
        try (Sampler sampler = sampler(OPTIONS)) {
            tick(sampler);
            assertEquals(
                    "nvmlDeviceGetUtilizationRates: NVML_ERROR_NOT_SUPPORTED (3): simulated: Not"
                            + " Supported",
                    reason(latest(sampler, gpu0, Counter.GPU_BUSY)));
            assertTrue(
                    reason(latest(sampler, gpu0, Counter.GPU_MEMORY_TEMPERATURE))
                            .startsWith("field 82"));
            assertEquals(0, value(latest(sampler, gpu0, Counter.GPU_ROW_REMAPPING_PENDING)));
            standIn.reset();
            tick(sampler);
            assertTrue(
                    latest(sampler, gpu0, Counter.GPU_BUSY) instanceof Reading.Absent,
                    "NOT_SUPPORTED is for good");
            assertEquals(312.5, value(latest(sampler, gpu0, Counter.GPU_POWER)), 1e-9);
        }
    }

    @Test
    void aFailureThatPassesLeavesAHole(StandIn standIn) {
        try (Sampler sampler = sampler(OPTIONS)) {
            tick(sampler);
            standIn.fail("nvmlDeviceGetPowerUsage", 17, 2);
            tick(sampler);
            assertTrue(
                    reason(latest(sampler, gpu0, Counter.GPU_POWER))
                            .contains("NVML_ERROR_OPERATING_SYSTEM"));
            tick(sampler);
            Series power = sampler.series(gpu0, Counter.GPU_POWER).getFirst();
            Samples samples = sampler.history(power, Duration.ofHours(1));
            assertEquals(3, samples.size());
            assertTrue(samples.value(1).isEmpty());
            assertEquals(2, samples.statistics().orElseThrow().count());
        }
    }

    @Test
    void aLostDeviceEndsWithAnEventAndTheOthersGoOn(StandIn standIn) {
        try (Sampler sampler = sampler(OPTIONS);
                Subscription subscription = sampler.subscribe(10_000)) {
            tick(sampler);
            standIn.loseDevice(0);
            standIn.nvml().set(1, Value.POWER_MW, 99_000);
            long calls = standIn.count(StandIn.Counter.CALLS);
            tick(sampler);
            long ofOneTick = standIn.count(StandIn.Counter.CALLS) - calls;
            String reason = reason(latest(sampler, gpu0, Counter.GPU_POWER));
            assertTrue(reason.startsWith("the device is lost: "), reason);
            assertTrue(reason.contains("NVML_ERROR_GPU_IS_LOST"), reason);
            SamplerEvent.DeviceLost lost =
                    assertInstanceOf(SamplerEvent.DeviceLost.class, sampler.events().getLast());
            assertEquals(gpu0, lost.device());
            tick(sampler);
            assertEquals(1, sampler.events().size(), "one last event");
            assertTrue(
                    standIn.count(StandIn.Counter.CALLS) - calls < 2 * ofOneTick,
                    "the lost device is not asked any more");
            assertEquals(99, value(latest(sampler, gpu1, Counter.GPU_POWER)), 1e-9);
            assertTrue(value(latest(sampler, CpuCounters.DEVICE, Counter.HEAP_USED)) > 0);
            List<SamplerEvent> events = new ArrayList<>();
            subscription.drain(
                    new Subscription.Listener() {
                        @Override
                        public void sample(Series series, long nanoTime, double value) {}

                        @Override
                        public void event(SamplerEvent event) {
                            events.add(event);
                        }
                    });
            assertEquals(List.of(lost), events);
        }
    }

    @Test
    void criticalErrorsAreEvents(StandIn standIn) {
        try (Sampler sampler = sampler(OPTIONS)) {
            tick(sampler);
            standIn.nvml().raise(1, NvmlEvent.CRITICAL_XID, 79);
            for (int i = 0; i < 5; i++) {
                tick(sampler);
            }
            SamplerEvent.Reported reported =
                    assertInstanceOf(SamplerEvent.Reported.class, sampler.events().getFirst());
            assertEquals(gpu1, reported.device());
            assertEquals(new DeviceEvent(DeviceEvent.Kind.CRITICAL_ERROR, 79), reported.event());
            assertEquals(1, sampler.events().size());
        }
    }

    @Test
    void slowCallsAreTimedAndMakeTheSamplerBackOff(StandIn standIn) {
        standIn.slow("nvmlDeviceGetPowerUsage", 3_000, -1);
        List<CounterSource> sources = List.of(GpuCounters.open(nvml, nvml.deviceByIndex(1)));
        SamplerOptions options =
                OPTIONS.withLimits(1000, 0.05).withPeriod(Tier.FAST, Duration.ofMillis(2));
        try (Sampler sampler = Sampler.start(options, sources)) {
            while (sampler.events().isEmpty()) {
                LockSupport.parkNanos(1_000_000);
            }
            SamplerEvent.RateChanged changed =
                    assertInstanceOf(SamplerEvent.RateChanged.class, sampler.events().getFirst());
            assertEquals(2, changed.stretch());
            assertTrue(changed.driverShare() > 0.05, "share: " + changed.driverShare());
            SamplerCost cost = sampler.cost();
            assertTrue(
                    cost.driverTime().compareTo(Duration.ofMillis(3L * BackOff.TICKS)) >= 0,
                    "inside the driver: " + cost.driverTime());
            assertTrue(cost.driverTime().compareTo(cost.wall()) <= 0);
            assertTrue(cost.stretch() >= 2);
        }
    }

    /**
     * The locks of windows and of devices are taken in one order, else this ends by its timeout.
     */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void windowsAreReportedWhileTheSamplerTicks() {
        List<CounterSource> sources =
                List.of(CpuCounters.host(), GpuCounters.open(nvml, nvml.deviceByIndex(1)));
        SamplerOptions options = OPTIONS.withPeriod(Tier.FAST, Duration.ofMillis(1));
        try (Sampler sampler = Sampler.start(options.withLimits(1000, 1000), sources)) {
            SamplerWindow outer = sampler.openWindow();
            for (int i = 0; i < 300; i++) {
                SamplerWindow inner = sampler.openWindow();
                assertTrue(inner.report().wall().compareTo(outer.report().wall()) <= 0);
                inner.close();
                assertTrue(sampler.cost().ticks() >= 0);
            }
            assertTrue(outer.close().of(gpu0, Counter.GPU_POWER).getFirst().samples() > 0);
        }
    }

    @Test
    void pcieBytesOf32BitsAreUnwrappedOrAGap(StandIn standIn) {
        try (Sampler sampler = sampler(OPTIONS)) {
            Series sent = sampler.series(gpu0, Counter.GPU_PCIE_TRANSMITTED).getFirst();
            tick(sampler);
            nanoTime.addAndGet(-TICK + 10_000_000);
            standIn.nvml().add(0, Value.PCIE_TX_BYTES, 1_000_000_000);
            sampler.tick();
            assertEquals(1e9, value(sampler.latest(sent)), "10 ms: less than a turn at any rate");
            tick(sampler);
            assertTrue(
                    reason(sampler.latest(sent)).contains("wrapped around unseen"),
                    "200 ms at the rate of PCIe are many turns of 32 bits");
        }
    }

    @Test
    void instancesAreDevicesOfTheirOwnAndEndWithTheirIdentity(StandIn standIn) {
        standIn.nvml().set(0, Value.MIG_INSTANCES, 2);
        standIn.nvml().gpm(0, 2, 10);
        try (Sampler sampler = sampler(OPTIONS)) {
            assertEquals(5, sampler.devices().size(), "processor, two GPUs, two instances");
            String instance = nvml.mig().instances(nvml.deviceByIndex(1)).get(1).uuid();
            assertTrue(
                    reason(latestAfter(sampler, gpu0, Counter.GPU_BUSY))
                            .contains("NVML_ERROR_NOT_SUPPORTED"));
            assertEquals(
                    StandIn.MEMORY_BYTES / 2 - (1 << 20),
                    value(latest(sampler, instance, Counter.GPU_MEMORY_FREE)));
            standIn.nvml().set(0, Value.MIG_GENERATION, 9);
            tick(sampler);
            assertTrue(
                    reason(latest(sampler, instance, Counter.GPU_SM_ACTIVITY))
                            .contains("does not exist any more"));
            assertEquals(
                    2,
                    sampler.events().stream()
                            .filter(event -> event instanceof SamplerEvent.DeviceLost)
                            .count());
            assertEquals(312.5, value(latest(sampler, gpu0, Counter.GPU_POWER)), 1e-9);
        }
    }

    private Reading latestAfter(Sampler sampler, String device, Counter counter) {
        tick(sampler);
        return latest(sampler, device, counter);
    }

    /** Against the integral of a power that changes at random, counted in steps. */
    @Test
    void energyOfAWindowIsWithinItsErrorBound(StandIn standIn) {
        Random random = new Random(23);
        double stepSeconds = 0.02;
        try (Sampler sampler = sampler(OPTIONS)) {
            for (int round = 0; round < 40; round++) {
                tick(sampler);
                nanoTime.addAndGet(random.nextLong(TICK));
                SamplerWindow window = sampler.openWindow();
                double truth = 0;
                int steps = 30 + random.nextInt(100);
                for (int i = 0; i < steps; i++) {
                    double watts = 100 + random.nextInt(600);
                    truth += watts * stepSeconds;
                    nanoTime.addAndGet((long) (stepSeconds * 1e9));
                    standIn.nvml().add(0, Value.ENERGY_MJ, Math.round(watts * stepSeconds * 1e3));
                    if (i % 10 == 9) {
                        sampler.tick();
                    }
                }
                EnergyUsage energy = window.close().energy(gpu0);
                assertEquals(EnergyUsage.Method.COUNTER, energy.method());
                assertEquals(EnergyUsage.Scope.BOARD, energy.scope());
                assertEquals(
                        "the period of the energy counter was not measured",
                        reason(energy.errorBoundJoules()));
                // The ends: up to a tick before, and up to 9 steps after the last tick, at 700 W.
                assertEquals(truth, value(energy.joules()), 700 * (0.2 + 0.2));
            }
        }
    }

    @Test
    void withoutAnEnergyCounterThePowerIsIntegrated(StandIn standIn) {
        standIn.fail("nvmlDeviceGetTotalEnergyConsumption", 3, -1);
        try (Sampler sampler = sampler(OPTIONS)) {
            tick(sampler);
            SamplerWindow window = sampler.openWindow();
            for (int i = 0; i <= 10; i++) {
                standIn.nvml().set(0, Value.POWER_MW, 100_000 + 10_000 * i);
                tick(sampler);
            }
            EnergyUsage energy = window.close().energy(gpu0);
            assertEquals(EnergyUsage.Method.POWER_INTEGRAL, energy.method());
            // 11 ticks of 0.2 s: 10 of them between samples of 100 to 200 W, one before the first.
            assertEquals(150 * 2.2, value(energy.joules()), 1e-6);
            assertEquals(
                    0.2 * 10 * 10 / 2 + (700 - 150) * 0.2, value(energy.errorBoundJoules()), 1e-6);
        }
    }

    @Test
    void withNeitherEnergyNorPowerThereIsNone(StandIn standIn) {
        standIn.fail("nvmlDeviceGetTotalEnergyConsumption", 3, -1);
        standIn.fail("nvmlDeviceGetPowerUsage", 3, -1);
        try (Sampler sampler = sampler(OPTIONS)) {
            tick(sampler);
            SamplerWindow window = sampler.openWindow();
            tick(sampler);
            EnergyUsage energy = window.close().energy(gpu0);
            assertEquals(EnergyUsage.Method.NONE, energy.method());
            assertTrue(reason(energy.joules()).contains("NVML_ERROR_NOT_SUPPORTED"));
        }
    }

    @Test
    void theErrorBoundHoldsThePeriodOfTheCounter(StandIn standIn) throws InterruptedException {
        Thread meter =
                Thread.ofPlatform()
                        .daemon()
                        .start(
                                () -> {
                                    while (!Thread.currentThread().isInterrupted()) {
                                        standIn.nvml().add(0, Value.ENERGY_MJ, 7_000);
                                        try {
                                            Thread.sleep(10);
                                        } catch (InterruptedException _) {
                                            return;
                                        }
                                    }
                                });
        List<CounterSource> sources = List.of(GpuCounters.open(nvml, nvml.deviceByIndex(1)));
        try (Sampler sampler = Sampler.manual(SamplerOptions.defaults(), sources)) {
            sampler.tick();
            SamplerWindow window = sampler.openWindow();
            Thread.sleep(30);
            sampler.tick();
            EnergyUsage energy = window.close().energy(gpu0);
            double bound = value(energy.errorBoundJoules());
            assertTrue(bound >= 0.009 * 700, "at least a period of 10 ms at 700 W: " + bound);
            assertTrue(source(energy.errorBoundJoules()).startsWith("counter's period 0."));
        } finally {
            meter.interrupt();
            meter.join();
        }
    }

    /**
     * Calls are linked, and method handles made anew after some hundred calls, which allocates
     * once: hence the least of some batches. What a tick allocates is in all of them.
     */
    @Test
    void ticksAllocateNothingThoughCountersAreMissing(StandIn standIn) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        standIn.fail("nvmlDeviceGetUtilizationRates", 3, -1);
        standIn.fail("nvmlDeviceGetPcieReplayCounter", 4, -1);
        standIn.nvml().failField(82, 17);
        Duration all = Duration.ofMillis(200);
        SamplerOptions everything = OPTIONS.withPeriod(Tier.MEDIUM, all).withPeriod(Tier.SLOW, all);
        try (Sampler sampler = sampler(everything)) {
            SamplerWindow window = sampler.openWindow();
            for (int i = 0; i < 400; i++) {
                tick(sampler);
            }
            long least = Long.MAX_VALUE;
            for (int batch = 0; batch < 15; batch++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                activity(sampler);
                for (int i = 0; i < 20; i++) {
                    tick(sampler);
                }
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            assertEquals(0, least, "bytes in 21 ticks of three devices");
            assertEquals(0, sampler.failures());
            assertTrue(value(window.close().of(gpu0, Counter.GPU_POWER).getFirst().mean()) > 0);
        }
    }

    /** A tick that GPM measures in: it asks the driver no sooner than its own clock allows. */
    private void activity(Sampler sampler) {
        // Thread.sleep would allocate.
        for (long until = System.nanoTime() + 105_000_000; System.nanoTime() - until < 0; ) {
            LockSupport.parkNanos(1_000_000);
        }
        tick(sampler);
    }
}
