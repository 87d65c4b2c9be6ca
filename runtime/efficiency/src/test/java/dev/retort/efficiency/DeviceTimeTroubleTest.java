package dev.retort.efficiency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.cuda.standin.StandIn;
import dev.retort.device.gpu.Stream;
import dev.retort.efficiency.journal.State;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What a device, a driver or a region costs that does not do what it should. */
class DeviceTimeTroubleTest extends StandInStreams {
    /** CUDA_ERROR_INVALID_VALUE and CUDA_ERROR_NOT_SUPPORTED. */
    private static final int INVALID = 1;

    private static final int NOT_SUPPORTED = 801;

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
}
