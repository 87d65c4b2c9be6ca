package dev.retort.efficiency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;

import dev.retort.device.gpu.Graph;
import dev.retort.device.gpu.Stream;
import dev.retort.efficiency.journal.State;
import dev.retort.efficiency.report.RunReport;
import dev.retort.efficiency.report.Summary;

import org.junit.jupiter.api.Test;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What is known of a device that does what it is told. */
class DeviceTimeTest extends StandInStreams {
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
        assertTrue(page.contains(">3.7 s, 92.0 %</td>"), page);
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
