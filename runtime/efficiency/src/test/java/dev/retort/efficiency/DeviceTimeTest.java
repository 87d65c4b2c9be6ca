package dev.retort.efficiency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;

import dev.retort.cuda.standin.StandIn;
import dev.retort.cuda.standin.StandInExtension;
import dev.retort.device.gpu.DeviceBuffer;
import dev.retort.device.gpu.DeviceContext;
import dev.retort.device.gpu.Graph;
import dev.retort.device.gpu.Stream;
import dev.retort.efficiency.journal.State;
import dev.retort.efficiency.report.RunReport;
import dev.retort.efficiency.report.Summary;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Regions on streams of the stand-in, through the real downcalls, by a clock that the test moves:
 * how long the simulated device works is what the test says.
 */
@ExtendWith(StandInExtension.class)
class DeviceTimeTest extends DeviceTimeContract {
    private static final long MS = 1_000_000;

    /** CUDA_ERROR_INVALID_VALUE and CUDA_ERROR_NOT_SUPPORTED. */
    private static final int INVALID = 1;

    private static final int NOT_SUPPORTED = 801;

    private StandIn standIn;
    private long nanoTime;
    private DeviceContext context;
    private Stream stream;
    private DeviceBuffer buffer;

    @BeforeEach
    void open(StandIn machine) {
        standIn = machine;
        context = device().open();
        stream = context.createStream();
        buffer = context.allocate(16);
    }

    @AfterEach
    void close() {
        // A lost device frees nothing.
        standIn.reset();
        buffer.close();
        stream.close();
        context.close();
    }

    /** A run that begins at 1 ms, whose device takes 10 ms for each piece of work. */
    private RunOptions options() {
        nanoTime = MS;
        standIn.setClock(MS);
        standIn.setWorkNanos(10 * MS);
        return RunOptions.of("run").sampler(sampler).nanoClock(() -> nanoTime);
    }

    private void pass(long millis) {
        nanoTime += millis * MS;
        standIn.setClock(nanoTime);
    }

    private void region(RunMeter meter, Region region, Stream... streams) {
        meter.begin(region);
        for (Stream one : streams) {
            buffer.fill((byte) 1, one);
        }
        meter.end(region);
    }

    private static Map<Region, Duration> millis(Region region, long millis) {
        return Map.of(region, Duration.ofMillis(millis));
    }

    private static void assertTimes(DeviceTime time, long busy, long idle, long unknown) {
        String found = time.toString() + time.untimed();
        assertEquals(Duration.ofMillis(busy), time.busy(), found);
        assertEquals(Duration.ofMillis(idle), time.idle(), found);
        assertEquals(Duration.ofMillis(unknown), time.unknown(), found);
    }

    @Test
    void aRegionIsKnownOnceTheDeviceIsDoneWithIt() {
        try (RunMeter meter = options().deviceStreams(stream).open()) {
            pass(5);
            region(meter, Region.FORWARD, stream);
            pass(2);
            DeviceTime before = meter.deviceTime().orElseThrow();
            assertTimes(before, 0, 5, 0);
            assertEquals(0, before.timed());
            meter.begin(Region.INPUT);
            pass(20);
            meter.end(Region.INPUT);
            DeviceTime time = meter.deviceTime().orElseThrow();
            // Busy from 6 to 16 ms, of 1 to 28 ms.
            assertTimes(time, 10, 17, 0);
            assertEquals(millis(Region.FORWARD, 10), time.byRegion());
            assertEquals(
                    Map.of(
                            Region.OTHER, Duration.ofMillis(5),
                            Region.INPUT, Duration.ofMillis(12)),
                    time.idleByRegion());
            assertEquals(1, time.timed());
            assertTimes(time.since(before), 10, 12, 0);
            assertEquals(10.0 / 27, time.busyShare().orElseThrow(), 1e-12);
            assertTrue(time.devices().getFirst().contains("simulated"), time.toString());
            assertTrue(time.toString().contains("most of it in INPUT"), time.toString());
            assertTrue(time.idleInJvm().isEmpty());
        }
    }

    @Test
    void aHostThatRunsAheadLeavesNoGap() {
        try (RunMeter meter = options().deviceStreams(stream).open()) {
            for (int step = 0; step < 3; step++) {
                meter.begin(Region.FORWARD);
                buffer.fill((byte) 1, stream);
                meter.change(Region.FORWARD, Region.BACKWARD);
                buffer.fill((byte) 1, stream);
                buffer.fill((byte) 2, stream);
                meter.end(Region.BACKWARD);
                pass(1);
            }
            meter.begin(Region.CHECKPOINT_SAVE);
            pass(100);
            meter.end(Region.CHECKPOINT_SAVE);
            DeviceTime time = meter.deviceTime().orElseThrow();
            assertTimes(time, 90, 13, 0);
            assertEquals(Duration.ofMillis(30), time.byRegion().get(Region.FORWARD));
            assertEquals(Duration.ofMillis(60), time.byRegion().get(Region.BACKWARD));
            assertEquals(millis(Region.CHECKPOINT_SAVE, 13), time.idleByRegion());
        }
    }

    @Test
    void whatTheLedgerIgnoresIsNotTimed() {
        try (RunMeter meter = options().deviceStreams(stream).open()) {
            meter.begin(Region.FORWARD);
            buffer.fill((byte) 1, stream);
            CompletableFuture.runAsync(
                            () -> {
                                meter.begin(Region.BACKWARD);
                                meter.end(Region.BACKWARD);
                                meter.end(Region.FORWARD);
                                meter.change(Region.FORWARD, Region.BACKWARD);
                            })
                    .join();
            buffer.fill((byte) 1, stream);
            meter.change(Region.UPDATE, Region.INPUT);
            meter.end(Region.INPUT);
            meter.end(Region.FORWARD);
            pass(50);
            DeviceTime time = meter.deviceTime().orElseThrow();
            assertEquals(millis(Region.FORWARD, 20), time.byRegion());
            assertEquals(1, time.timed());
            assertEquals(Map.of(), time.untimed());
            assertEquals(
                    Map.of(Anomaly.WRONG_THREAD, 5L, Anomaly.UNBALANCED_END, 1L),
                    meter.finish().anomalies());
        }
    }

    @Test
    void streamsAreUnited() {
        try (Stream other = context.createStream();
                RunMeter meter = options().deviceStreams(stream, other).open()) {
            pass(5);
            meter.begin(Region.FORWARD);
            buffer.fill((byte) 1, stream);
            pass(5);
            buffer.fill((byte) 1, other);
            meter.end(Region.FORWARD);
            pass(30);
            // One is busy from 6 to 16 ms, the other begins at 6 and works from 11 to 21.
            DeviceTime time = meter.deviceTime().orElseThrow();
            assertTimes(time, 15, 25, 0);
            assertEquals(millis(Region.FORWARD, 25), time.byRegion());
            assertEquals(2, time.timed());
        }
    }

    @Test
    void regionsNestAndEndTogether() {
        try (RunMeter meter = options().deviceStreams(stream).open()) {
            meter.begin(Region.EVALUATION);
            for (int i = 0; i < 3; i++) {
                region(meter, Region.FORWARD, stream);
            }
            pass(15);
            assertTimes(meter.deviceTime().orElseThrow(), 0, 0, 0);
            meter.begin(Region.STEP);
            buffer.fill((byte) 1, stream);
            pass(35);
            meter.end(Region.EVALUATION);
            pass(10);
            DeviceTime time = meter.deviceTime().orElseThrow();
            assertEquals(Duration.ofMillis(30), time.byRegion().get(Region.FORWARD));
            assertEquals(Duration.ofMillis(50), time.byRegion().get(Region.EVALUATION));
            assertTrue(time.byRegion().containsKey(Region.STEP));
            assertTimes(time, 50, 10, 0);
            assertEquals(Map.of(Anomaly.UNBALANCED_END, 1L), meter.snapshot().anomalies());
        }
    }

    @Test
    void aRegionThatIsNeverEndedHoldsUpNothingForEver() {
        options();
        standIn.setWorkNanos(0);
        RunClock clock = new RunClock(() -> nanoTime, State.NONE);
        try (DeviceBlame blame = new DeviceBlame(clock, List.of(stream), 512, () -> nanoTime)) {
            blame.begin(Region.EVALUATION);
            int regions = 0;
            while (regions <= DeviceBlame.MOST_UNSETTLED) {
                assertEquals(Duration.ZERO, blame.time().known());
                for (int i = 0; i < 500; i++) {
                    blame.begin(Region.STEP);
                    pass(1);
                    blame.end(Region.STEP);
                    pass(1);
                }
                regions += 500;
            }
            DeviceTime time = blame.time();
            assertTimes(time, regions, 0, regions - 1);
            blame.end(Region.EVALUATION);
            pass(7);
            // What it was is told in the end, but not counted again.
            assertTimes(blame.time().since(time), 1, 7, 0);
        }
    }

    @Test
    void whatFindsNoRoomIsCountedAndItsTimeUnknown() {
        try (RunMeter meter = options().deviceStreams(2, stream).open()) {
            pass(4);
            for (int i = 0; i < 5; i++) {
                meter.beginStep();
                region(meter, Region.STEP, stream);
                meter.endStep(1);
            }
            pass(100);
            DeviceTime time = meter.deviceTime().orElseThrow();
            assertEquals(2, time.timed());
            assertEquals(Map.of("more than 2 waited to be read", 3L), time.untimed());
            // Two regions are told, and whether the device was busy after them is not known.
            assertTimes(time, 20, 4, 80);
            region(meter, Region.STEP, stream);
            pass(50);
            assertEquals(3, meter.deviceTime().orElseThrow().timed());
            pass(50);
            // From the region on that was timed, all is known again.
            DeviceTime later = meter.deviceTime().orElseThrow();
            assertTimes(later.since(time), 10, 90, 0);
            RunAccount account = meter.finish();
            assertEquals(5, account.steps());
            assertEquals(Map.of(Anomaly.DEVICE_NOT_TIMED, 3L), account.anomalies());
        }
    }

    @Test
    void aLostDeviceCostsItsTimesOnly() {
        try (RunMeter meter = options().deviceStreams(stream).open()) {
            meter.begin(Region.STEP);
            meter.end(Region.STEP);
            pass(5);
            DeviceTime before = meter.deviceTime().orElseThrow();
            assertEquals(1, before.timed());
            standIn.loseDevice(0);
            for (int i = 0; i < 3; i++) {
                meter.begin(Region.STEP);
                pass(1);
                meter.end(Region.STEP);
            }
            DeviceTime after = meter.deviceTime().orElseThrow();
            assertEquals(1, after.timed());
            assertEquals(before.known(), after.known(), "nothing is known of the time after");
            assertEquals(List.of(3L), List.copyOf(after.untimed().values()));
            String why = after.untimed().keySet().iterator().next();
            assertTrue(why.contains("CUDA_ERROR_ECC_UNCORRECTABLE"), why);
            RunAccount account = meter.finish();
            assertEquals(Map.of(Anomaly.DEVICE_NOT_TIMED, 3L), account.anomalies());
            assertEquals(Duration.ofMillis(3), account.ledger().of(Region.STEP));
        }
    }

    @Test
    void aDeviceThatIsLostWhileItWorksIsFoundByThePoll() {
        try (RunMeter meter = options().deviceStreams(stream).open()) {
            region(meter, Region.STEP, stream);
            standIn.loseDevice(0);
            pass(50);
            DeviceTime time = meter.deviceTime().orElseThrow();
            assertEquals(0, time.timed());
            assertEquals(Duration.ZERO, time.known());
            assertEquals(1, time.untimed().size());
        }
    }

    @Test
    void aClosedStreamCostsItsTimesOnly() {
        Stream closed = context.createStream();
        try (RunMeter meter = options().deviceStreams(stream, closed).open()) {
            region(meter, Region.STEP, stream);
            closed.close();
            region(meter, Region.STEP, stream);
            pass(50);
            DeviceTime time = meter.deviceTime().orElseThrow();
            assertEquals(1, time.untimed().size());
            assertTrue(time.untimed().containsKey("stream is closed"), time.untimed().toString());
            // The other one is timed, but whether the devices were idle is not known.
            assertTimes(time, 20, 0, 30);
            assertEquals(Map.of(Anomaly.DEVICE_NOT_TIMED, 1L), meter.finish().anomalies());
        }
    }

    @Test
    void aDriverThatCannotTellIsLeftAlone() {
        for (String function : List.of("cuEventQuery", "cuEventElapsedTime_v2")) {
            standIn.reset();
            try (RunMeter meter = options().deviceStreams(stream).open()) {
                region(meter, Region.STEP, stream);
                pass(50);
                standIn.fail(function, NOT_SUPPORTED, -1);
                assertEquals(0, meter.deviceTime().orElseThrow().timed(), function);
                long calls = standIn.count(StandIn.Counter.CALLS);
                region(meter, Region.STEP);
                DeviceTime time = meter.deviceTime().orElseThrow();
                assertEquals(calls, standIn.count(StandIn.Counter.CALLS), "it is not asked again");
                assertEquals(List.of(2L), List.copyOf(time.untimed().values()), function);
                String why = time.untimed().keySet().iterator().next();
                assertTrue(why.startsWith(function), why);
            }
        }
    }

    @Test
    void withoutEventsARunIsMeasuredOnTheHost() {
        standIn.fail("cuEventCreate", 2, -1);
        try (RunMeter meter = options().deviceStreams(stream).open()) {
            region(meter, Region.STEP, stream);
            pass(3);
            DeviceTime time = meter.deviceTime().orElseThrow();
            assertEquals(0, time.timed());
            assertEquals(List.of(1L), List.copyOf(time.untimed().values()));
            assertEquals(Duration.ofMillis(3), meter.finish().ledger().elapsed());
        }
    }

    @Test
    void aFailureThatPassesCostsOneRegion() {
        try (RunMeter meter = options().deviceStreams(stream).open()) {
            region(meter, Region.STEP, stream);
            pass(12);
            meter.deviceTime();
            standIn.fail("cuEventRecord", INVALID, 1);
            region(meter, Region.STEP, stream);
            pass(12);
            region(meter, Region.STEP, stream);
            pass(12);
            DeviceTime time = meter.deviceTime().orElseThrow();
            assertEquals(2, time.timed());
            assertEquals(List.of(1L), List.copyOf(time.untimed().values()));
            // 13 to 25 ms are unknown.
            assertTimes(time, 20, 4, 12);
        }
    }

    @Test
    void aCaptureIsNotDisturbed() {
        try (RunMeter meter = options().deviceStreams(stream).open()) {
            try (Graph graph = stream.capture(() -> region(meter, Region.WARM_UP, stream));
                    var replay = graph.instantiate()) {
                meter.begin(Region.STEP);
                replay.launch(stream);
                meter.end(Region.STEP);
                pass(30);
            }
            DeviceTime time = meter.deviceTime().orElseThrow();
            assertEquals(millis(Region.STEP, 10), time.byRegion());
            assertEquals(Map.of("the stream was being captured", 1L), time.untimed());
        }
    }

    @Test
    void idleTimeIsLaidOverWhatTheJvmDidWhicheverIsKnownFirst() {
        options();
        RunClock clock = new RunClock(() -> nanoTime, State.NONE);
        try (DeviceBlame blame = new DeviceBlame(clock, List.of(stream), 8, () -> nanoTime)) {
            assertTrue(blame.time().idleInJvm().isEmpty(), "the JVM is not watched");
            // Busy from 1 to 11 ms. The JVM stops from 8 to 14, and from 20 to 23, told twice.
            blame.begin(Region.STEP);
            buffer.fill((byte) 1, stream);
            blame.end(Region.STEP);
            blame.jvm(8 * MS, 14 * MS);
            pass(30);
            assertEquals(Duration.ofMillis(3), blame.time().idleInJvm().orElseThrow());
            blame.jvm(20 * MS, 23 * MS);
            blame.jvm(19 * MS, 22 * MS);
            DeviceTime time = blame.time();
            assertEquals(Duration.ofMillis(7), time.idleInJvm().orElseThrow());
            assertEquals(millis(Region.OTHER, 7), time.idleInJvmByRegion());
            assertTimes(time, 10, 20, 0);
            assertEquals(7.0 / 30, time.idleInJvmShare().orElseThrow(), 1e-12);
        }
    }

    @Test
    void untimedWorkOfAStreamIsNoIdleTimeWhileAnotherIsWaitedFor() {
        try (Stream other = context.createStream();
                RunMeter meter = options().deviceStreams(stream, other).open()) {
            // The other stream is busy up to 101 ms, with what is in no region.
            for (int i = 0; i < 10; i++) {
                buffer.fill((byte) 1, other);
            }
            standIn.fail("cuEventRecord", INVALID, 1);
            region(meter, Region.FORWARD, stream);
            pass(24);
            region(meter, Region.FORWARD, stream);
            pass(20);
            DeviceTime before = meter.deviceTime().orElseThrow();
            assertEquals(Duration.ZERO, before.known(), "the other stream holds it up");
            assertEquals(1, before.timed());
            pass(80);
            // Not timed up to 25 ms, busy up to 35, and idle as far as regions tell up to 125.
            assertTimes(meter.deviceTime().orElseThrow(), 10, 90, 24);
        }
    }

    @Test
    void aDeviceThatWaitedForTheHostBoundsARunThatHasEndedToo() {
        RunMeter meter = options().deviceStreams(stream).open();
        for (int step = 0; step < 40; step++) {
            meter.beginStep();
            meter.begin(Region.FORWARD);
            buffer.fill((byte) 1, stream);
            pass(92);
            meter.end(Region.FORWARD);
            // The ledger alone takes so little for nothing.
            pass(8);
            meter.endStep(1);
        }
        RunAccount account = meter.finish();
        assertTrue(
                Summary.of(account).sentence().contains("compute-bound"),
                Summary.of(account).sentence());
        String sentence = Summary.of(meter).sentence();
        assertTrue(sentence.contains("host-bound"), sentence);
        String page = RunReport.of(meter).html();
        assertTrue(page.contains("host-bound"), page);
        assertTrue(page.contains("device busy in FORWARD"), page);
        assertTrue(page.contains("<td>3.7 s, 92.0 %</td>"), page);
        assertTrue(page.contains("reading of device events"), page);
    }

    @Test
    void theEndDoesNotWaitForWhatIsLeftInTheStream() {
        RunMeter meter = options().deviceStreams(stream).open();
        region(meter, Region.FORWARD, stream);
        meter.finish();
        DeviceTime time = meter.deviceTime().orElseThrow();
        // The device stands still for as long as the test does not move its clock.
        assertEquals(0, time.timed());
        assertEquals(Duration.ZERO, time.known());
        assertEquals(Optional.empty(), time.clockError());
    }

    @Test
    void theHooksAllocateNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        standIn.setWorkNanos(0);
        // Fewer than are recorded between two looks, so that both ways through are taken.
        try (RunMeter meter =
                RunOptions.of("run").sampler(sampler).deviceStreams(1500, stream).open()) {
            long least = Long.MAX_VALUE;
            for (int round = 0; round < 300 && least > 0; round++) {
                meter.deviceTime();
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < 2_000; i++) {
                    meter.beginStep();
                    meter.begin(Region.INPUT);
                    meter.end(Region.INPUT);
                    meter.begin(Region.STEP);
                    meter.end(Region.STEP);
                    meter.endStep(1);
                }
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            assertEquals(0, least, "bytes of 2,000 steps, once they are compiled");
        }
    }

    @Test
    void aRingWithoutRoomIsRefused() {
        assertThrows(
                IllegalArgumentException.class,
                () -> RunOptions.of("run").deviceStreams(0, stream));
        try (RunMeter meter = options().open()) {
            assertTrue(meter.deviceTime().isEmpty(), "no stream is timed");
        }
    }
}
