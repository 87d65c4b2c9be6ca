package dev.retort.efficiency.verdict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.efficiency.Ledger;
import dev.retort.efficiency.Region;
import dev.retort.efficiency.RunWindow;
import dev.retort.efficiency.Work;
import dev.retort.efficiency.verdict.CounterTest.Finding;
import dev.retort.efficiency.verdict.Verdict.Severity;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

class VerdictTest {
    private static final OptionalDouble NONE = OptionalDouble.empty();
    private static final Optional<Duration> NO_TIME = Optional.empty();

    private static RunWindow window(Map<Region, Long> percent) {
        return window(percent, 100);
    }

    private static RunWindow window(Map<Region, Long> percent, long steps) {
        return new RunWindow(Ledger.of(percent), new Work(steps, 0, 0, 0, Map.of(), Map.of()));
    }

    private static Verdict judge(Map<Region, Long> percent) {
        return judge(percent, DeviceActivity.UNKNOWN);
    }

    private static Verdict judge(Map<Region, Long> percent, DeviceActivity device) {
        return judge(percent, device, HostActivity.UNKNOWN);
    }

    private static Verdict judge(
            Map<Region, Long> percent, DeviceActivity device, HostActivity host) {
        BottleneckDetector detector = new BottleneckDetector();
        detector.observe(window(percent), device, host);
        return detector.observe(window(percent), device, host).orElseThrow();
    }

    private static void assertVerdict(
            Bottleneck bottleneck, Severity severity, double share, Verdict found) {
        assertEquals(bottleneck, found.bottleneck(), found.toString());
        assertEquals(severity, found.severity(), found.toString());
        assertEquals(share, found.share(), 1e-12);
    }

    @Test
    void theLargestPartAboveItsThresholdIsIt() {
        Verdict input = judge(Map.of(Region.STEP, 20L, Region.INPUT, 80L));
        assertVerdict(Bottleneck.INPUT, Severity.HIGH, 0.8, input);
        assertEquals(5, input.largestGain(), 1e-9);
        assertEquals(Optional.of(Variant.CACHED_BATCH), input.counterTest());
        assertVerdict(
                Bottleneck.INPUT,
                Severity.MODERATE,
                0.05,
                judge(Map.of(Region.STEP, 92L, Region.INPUT, 5L, Region.HOST, 3L)));
        assertVerdict(
                Bottleneck.COMMUNICATION,
                Severity.HIGH,
                0.25,
                judge(
                        Map.of(
                                Region.STEP, 55L,
                                Region.COMMUNICATION, 15L,
                                Region.STRAGGLER_WAIT, 10L,
                                Region.INPUT, 20L)));
        assertVerdict(
                Bottleneck.CHECKPOINT,
                Severity.MODERATE,
                0.1,
                judge(Map.of(Region.STEP, 90L, Region.CHECKPOINT_SAVE, 10L)));
        assertVerdict(
                Bottleneck.COPY,
                Severity.MODERATE,
                0.07,
                judge(Map.of(Region.STEP, 93L, Region.COPY, 7L)));
    }

    @Test
    void evaluationAndPreparationAreNoPartOfTheTime() {
        assertVerdict(
                Bottleneck.INPUT,
                Severity.HIGH,
                0.5,
                judge(
                        Map.of(
                                Region.STEP, 10L,
                                Region.INPUT, 10L,
                                Region.EVALUATION, 500L,
                                Region.SETUP, 500L)));
    }

    @Test
    void whatComputesIsNotToBeFixed() {
        Verdict verdict = judge(Map.of(Region.STEP, 96L, Region.INPUT, 4L));
        assertVerdict(Bottleneck.COMPUTE, Severity.NONE, 0.96, verdict);
        assertEquals(1, verdict.largestGain());
        assertVerdict(
                Bottleneck.UNEXPLAINED,
                Severity.MODERATE,
                0.5,
                judge(Map.of(Region.STEP, 50L, Region.OTHER, 50L)));
    }

    @Test
    void theDeviceSaysWhatItIsBusyWith() {
        Map<Region, Long> busy = Map.of(Region.STEP, 100L);
        OptionalDouble all = OptionalDouble.of(0.95);
        OptionalDouble some = OptionalDouble.of(0.6);
        OptionalDouble few = OptionalDouble.of(0.1);
        Optional<Duration> tenth = Optional.of(Duration.ofNanos(10));
        assertEquals(
                Bottleneck.BANDWIDTH,
                judge(busy, device(all, NONE, NONE, all, few, some)).bottleneck());
        assertEquals(
                Bottleneck.COMPUTE,
                judge(busy, device(all, NONE, NONE, all, some, some)).bottleneck());
        assertEquals(
                Bottleneck.SMALL_KERNELS,
                judge(busy, device(all, NONE, NONE, few, few, few)).bottleneck());
        DeviceActivity working = device(all, NONE, NONE, all, all, few);
        assertVerdict(
                Bottleneck.JVM, Severity.MODERATE, 0.1, judge(busy, idle(working, tenth, NO_TIME)));
        Verdict host = judge(busy, idle(working, NO_TIME, tenth));
        assertVerdict(Bottleneck.HOST, Severity.MODERATE, 0.1, host);
        assertTrue(host.evidence().startsWith("by the device's idle time"), host.evidence());
    }

    @Test
    void allSharesAreOfTheTimeOfTraining() {
        // 20 of 100 idle are 20 %, however little of the rest events tell of.
        assertVerdict(
                Bottleneck.INPUT,
                Severity.HIGH,
                0.3,
                judge(
                        Map.of(Region.STEP, 70L, Region.INPUT, 30L),
                        idle(
                                device(NONE, NONE, NONE, NONE, NONE, NONE),
                                NO_TIME,
                                Optional.of(Duration.ofNanos(20)))));
        // More than all cannot be, but windows of events and of the host are not quite the same.
        assertVerdict(
                Bottleneck.HOST,
                Severity.HIGH,
                1,
                judge(
                        Map.of(Region.STEP, 100L),
                        idle(DeviceActivity.UNKNOWN, NO_TIME, Optional.of(Duration.ofNanos(104)))));
    }

    @Test
    void aClockThatIsHeldDownCostsWhatItIsSlower() {
        Map<Region, Long> busy = Map.of(Region.STEP, 100L);
        OptionalDouble always = OptionalDouble.of(1);
        OptionalDouble third = OptionalDouble.of(0.3);
        // A power cap in all samples, and a training that waits for its input.
        Verdict input =
                judge(
                        Map.of(Region.STEP, 20L, Region.INPUT, 80L),
                        device(OptionalDouble.of(0.2), always, third, NONE, NONE, NONE));
        assertVerdict(Bottleneck.INPUT, Severity.HIGH, 0.8, input);
        assertEquals(5, input.largestGain(), 1e-9);
        Verdict slow = judge(busy, device(always, always, third, NONE, NONE, NONE));
        assertVerdict(Bottleneck.THROTTLED, Severity.HIGH, 0.3, slow);
        assertEquals(1 / 0.7, slow.largestGain(), 1e-9);
        // Of a device that is busy half of the time, half.
        assertVerdict(
                Bottleneck.THROTTLED,
                Severity.MODERATE,
                0.15,
                judge(busy, device(OptionalDouble.of(0.5), always, third, NONE, NONE, NONE)));
        // Its clock is not known, it is rarely held down, or hardly slower for it.
        OptionalDouble rarely = OptionalDouble.of(0.04);
        for (DeviceActivity well :
                new DeviceActivity[] {
                    device(always, always, NONE, NONE, NONE, NONE),
                    device(always, rarely, third, NONE, NONE, NONE),
                    device(always, always, rarely, NONE, NONE, NONE)
                }) {
            assertEquals(Bottleneck.COMPUTE, judge(busy, well).bottleneck(), well.toString());
        }
    }

    private static DeviceActivity device(
            OptionalDouble busy,
            OptionalDouble throttled,
            OptionalDouble slowdown,
            OptionalDouble sm,
            OptionalDouble tensor,
            OptionalDouble dram) {
        return new DeviceActivity(busy, throttled, slowdown, sm, tensor, dram, NO_TIME, NO_TIME);
    }

    private static DeviceActivity idle(
            DeviceActivity device, Optional<Duration> inJvm, Optional<Duration> forHost) {
        return new DeviceActivity(
                device.busy(),
                device.throttled(),
                device.slowdown(),
                device.sm(),
                device.tensor(),
                device.dram(),
                inJvm,
                forHost);
    }

    private static HostActivity host(double waiting, double own, double others) {
        return new HostActivity(
                OptionalDouble.of(waiting), OptionalDouble.of(own), OptionalDouble.of(others), 4);
    }

    @Test
    void aTrainingThatWaitsForACoreIsNotBoundByWhatItWouldComputeThere() {
        Map<Region, Long> busy = Map.of(Region.STEP, 100L);
        Verdict others = judge(busy, DeviceActivity.UNKNOWN, host(0.3, 1.2, 2.75));
        assertVerdict(Bottleneck.CONTENTION, Severity.HIGH, 0.3, others);
        assertEquals(1 / 0.7, others.largestGain(), 1e-9);
        assertTrue(
                others.evidence().startsWith("waiting for a core took 30.0 % of"),
                others.evidence());
        assertTrue(
                others.evidence().endsWith("; other processes had 2.8 of 4 cores, this one 1.2"),
                others.evidence());
        Verdict own = judge(busy, DeviceActivity.UNKNOWN, host(0.05, 3.9, 0.1));
        assertVerdict(Bottleneck.CONTENTION, Severity.MODERATE, 0.05, own);
        assertTrue(
                own.evidence()
                        .endsWith(
                                "this one, which had 3.9, has more threads at work than it can use"),
                own.evidence());
        assertEquals(
                Bottleneck.COMPUTE,
                judge(busy, DeviceActivity.UNKNOWN, host(0.04, 1, 3)).bottleneck());
    }

    @Test
    void aHostThatIsSlowForWantOfCoresIsNotTheCause() {
        Map<Region, Long> busy = Map.of(Region.STEP, 100L);
        DeviceActivity idle =
                idle(DeviceActivity.UNKNOWN, NO_TIME, Optional.of(Duration.ofNanos(40)));
        // Of 40 % of idle device time 25 were waits for a core, which leaves 15.
        assertVerdict(
                Bottleneck.CONTENTION, Severity.HIGH, 0.25, judge(busy, idle, host(0.25, 1, 3)));
        assertVerdict(Bottleneck.HOST, Severity.HIGH, 0.3, judge(busy, idle, host(0.1, 1, 3)));
        // What waits for its input has no use for a core.
        assertVerdict(
                Bottleneck.INPUT,
                Severity.HIGH,
                0.8,
                judge(
                        Map.of(Region.STEP, 20L, Region.INPUT, 80L),
                        DeviceActivity.UNKNOWN,
                        host(0.1, 1, 3)));
    }

    @Test
    void aHostThatWaitsWhileTheDeviceWorksCostsNothing() {
        Map<Region, Long> busy = Map.of(Region.STEP, 100L);
        HostActivity crowded = host(0.9, 1, 3);
        DeviceActivity full = device(OptionalDouble.of(0.99), NONE, NONE, NONE, NONE, NONE);
        assertEquals(Bottleneck.COMPUTE, judge(busy, full, crowded).bottleneck());
        assertEquals(
                Bottleneck.COMPUTE,
                judge(busy, idle(full, NO_TIME, Optional.of(Duration.ZERO)), crowded).bottleneck());
        // It cannot cost more than the time for which the device was idle.
        Verdict some = judge(busy, idle(full, NO_TIME, Optional.of(Duration.ofNanos(25))), crowded);
        assertVerdict(Bottleneck.CONTENTION, Severity.HIGH, 0.25, some);
        assertTrue(
                some.evidence()
                        .startsWith("waiting for a core while the device was idle took 25.0 %"),
                some.evidence());
        DeviceActivity half = device(OptionalDouble.of(0.5), NONE, NONE, NONE, NONE, NONE);
        assertVerdict(Bottleneck.CONTENTION, Severity.HIGH, 0.5, judge(busy, half, crowded));
        assertVerdict(
                Bottleneck.CONTENTION, Severity.HIGH, 0.3, judge(busy, half, host(0.3, 1, 3)));
    }

    @Test
    void wantOfCoresIsOfAllTheTime() {
        Map<Region, Long> third = Map.of(Region.STEP, 25L, Region.SETUP, 75L);
        Verdict verdict = judge(third, DeviceActivity.UNKNOWN, host(0.5, 1, 3));
        assertVerdict(Bottleneck.CONTENTION, Severity.HIGH, 0.5, verdict);
        assertEquals(1, verdict.training());
        assertFalse(verdict.isOfTrainingAlone());
        assertEquals(2, verdict.largestGain(), 1e-9);
        assertEquals(2, verdict.largestGainOfAll(), 1e-9);
        assertTrue(
                verdict.evidence()
                        .startsWith(
                                "waiting for a core took 50.0 % of 0.0 s in all over 100 steps"),
                verdict.evidence());
    }

    @Test
    void aFullMachineAloneIsNoVerdict() {
        HostActivity full = new HostActivity(NONE, OptionalDouble.of(1.9), OptionalDouble.of(2), 4);
        assertEquals(0, full.lost());
        assertEquals(0, HostActivity.UNKNOWN.lost());
        // Half of the cores of others hide no wait for input, and are no verdict by themselves.
        assertVerdict(
                Bottleneck.INPUT,
                Severity.HIGH,
                0.4,
                judge(Map.of(Region.STEP, 60L, Region.INPUT, 40L), DeviceActivity.UNKNOWN, full));
        assertEquals(
                Bottleneck.COMPUTE,
                judge(Map.of(Region.STEP, 100L), DeviceActivity.UNKNOWN, full).bottleneck());
        // They are evidence where the host is slow.
        Map<Region, Long> slow = Map.of(Region.STEP, 60L, Region.HOST, 40L);
        Verdict host = judge(slow, DeviceActivity.UNKNOWN, full);
        assertVerdict(Bottleneck.HOST, Severity.HIGH, 0.4, host);
        assertTrue(
                host.evidence().endsWith("; other processes had 2.0 of 4 cores, this one 1.9"),
                host.evidence());
        HostActivity room = new HostActivity(NONE, OptionalDouble.of(1.5), OptionalDouble.of(2), 4);
        Verdict alone = judge(slow, DeviceActivity.UNKNOWN, room);
        assertTrue(alone.evidence().endsWith("it is a bottleneck"), alone.evidence());
        assertThrows(IllegalArgumentException.class, () -> new HostActivity(NONE, NONE, NONE, 0));
    }

    @Test
    void whoHadTheCoresIsNotBlamedWhereSomeWereIdle() {
        Map<Region, Long> busy = Map.of(Region.STEP, 100L);
        for (double others : new double[] {0.1, 10}) {
            HostActivity limited =
                    new HostActivity(
                            OptionalDouble.of(0.5),
                            OptionalDouble.of(2),
                            OptionalDouble.of(others),
                            64);
            Verdict verdict = judge(busy, DeviceActivity.UNKNOWN, limited);
            assertVerdict(Bottleneck.CONTENTION, Severity.HIGH, 0.5, verdict);
            assertTrue(
                    verdict.evidence()
                            .endsWith(
                                    " of 64 cores, this one 2.0, though the machine had idle cores:"
                                            + " look for an affinity mask or a quota (cgroup) that"
                                            + " limits this process"),
                    verdict.evidence());
        }
        HostActivity silent = new HostActivity(OptionalDouble.of(0.5), NONE, NONE, 64);
        Verdict verdict = judge(busy, DeviceActivity.UNKNOWN, silent);
        assertTrue(verdict.evidence().endsWith("it is a bottleneck"), verdict.evidence());
    }

    @Test
    void aVerdictKnowsOfHowMuchOfTheTimeItSpeaks() {
        Verdict some = judge(Map.of(Region.STEP, 20L, Region.INPUT, 20L, Region.SETUP, 60L));
        assertVerdict(Bottleneck.INPUT, Severity.HIGH, 0.5, some);
        assertEquals(0.4, some.training(), 1e-12);
        assertTrue(some.isOfTrainingAlone());
        assertEquals(2, some.largestGain(), 1e-9);
        assertEquals(1.25, some.largestGainOfAll(), 1e-9);
        Verdict all = judge(Map.of(Region.STEP, 600L, Region.INPUT, 400L, Region.SETUP, 4L));
        assertFalse(all.isOfTrainingAlone(), all.toString());
        Verdict computing = judge(Map.of(Region.STEP, 40L, Region.EVALUATION, 60L));
        assertTrue(computing.isOfTrainingAlone());
        assertEquals(1, computing.largestGainOfAll());
        assertThrows(
                IllegalArgumentException.class,
                () -> new Verdict(Bottleneck.INPUT, Severity.HIGH, 0.5, 1.5, "", Optional.empty()));
    }

    @Test
    void aVerdictNeedsTwoWindowsThatAgree() {
        RunWindow input = window(Map.of(Region.STEP, 50L, Region.INPUT, 50L));
        RunWindow host = window(Map.of(Region.STEP, 50L, Region.HOST, 50L));
        RunWindow few = window(Map.of(Region.STEP, 50L, Region.HOST, 50L), 29);
        BottleneckDetector detector = new BottleneckDetector();
        assertTrue(detector.observe(input, DeviceActivity.UNKNOWN, HostActivity.UNKNOWN).isEmpty());
        assertTrue(detector.observe(few, DeviceActivity.UNKNOWN, HostActivity.UNKNOWN).isEmpty());
        assertEquals(Bottleneck.INPUT, observed(detector, input));
        assertEquals(Bottleneck.INPUT, observed(detector, host), "one outlier");
        assertEquals(Bottleneck.INPUT, observed(detector, input));
        assertEquals(Bottleneck.INPUT, observed(detector, host));
        assertEquals(Bottleneck.HOST, observed(detector, host));
        assertEquals(Bottleneck.HOST, observed(detector, few), "too few steps to say");
        assertEquals(Bottleneck.HOST, observed(detector, input));
    }

    private static Bottleneck observed(BottleneckDetector detector, RunWindow window) {
        return detector.observe(window, DeviceActivity.UNKNOWN, HostActivity.UNKNOWN)
                .orElseThrow()
                .bottleneck();
    }

    @Test
    void aFindingAsksForHalfOfWhatTheVerdictPromises() {
        Verdict input = judge(Map.of(Region.STEP, 60L, Region.INPUT, 40L));
        // Without input it would take 60 % of the time; 80 % are asked for.
        assertEquals(Finding.CONFIRMED, against(input, 1.3, 1.7));
        assertEquals(Finding.REFUTED, against(input, 0.9, 1.2));
        assertEquals(Finding.UNDECIDED, against(input, 1.1, 1.4));
        assertEquals(
                Optional.empty(),
                CounterTest.test(
                        judge(Map.of(Region.STEP, 1L)), (_, _) -> Duration.ofNanos(1), 3, 1));
    }

    private static Finding against(Verdict verdict, double lowest, double highest) {
        return new CounterTest.Result(Variant.CACHED_BATCH, (lowest + highest) / 2, lowest, highest)
                .against(verdict);
    }

    @Test
    void aCounterTestComparesInTurns() {
        int[] calls = {0};
        CounterTest.Result result =
                CounterTest.run(
                        Variant.CACHED_BATCH,
                        (variant, steps) -> {
                            // Drifts upwards by 1 % per call.
                            double drift = 1 + 0.01 * calls[0]++;
                            double micros = variant == Variant.AS_IS ? 500 : 100;
                            return Duration.ofNanos(Math.round(micros * 1000 * drift));
                        },
                        6,
                        10);
        assertEquals(12, calls[0]);
        assertEquals(5, result.gain(), 0.05);
        assertTrue(result.confirms());
        CounterTest.Result same =
                CounterTest.run(
                        Variant.LARGER_BATCH,
                        (_, _) -> Duration.ofNanos(1000 + calls[0]++ % 2),
                        4,
                        1);
        assertFalse(same.confirms());
        assertThrows(
                IllegalArgumentException.class,
                () -> CounterTest.run(Variant.AS_IS, (_, _) -> Duration.ZERO, 2, 1));
    }
}
