package dev.retort.cuda;

import static dev.retort.cuda.Drivers.inContext;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.cuda.standin.StandIn;
import dev.retort.cuda.standin.StandInExtension;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(StandInExtension.class)
class CudaStreamsTest {
    private static final int NOT_READY = 600;

    @Test
    void streamsCanBeAskedAndAwaited(StandIn standIn) {
        inContext(
                driver -> {
                    CudaStreams streams = driver.streams();
                    assertEquals(new CudaStreams.Priorities(0, -5), streams.priorities());
                    long stream = streams.create(-5);
                    standIn.fail("cuStreamQuery", NOT_READY, 1);
                    assertFalse(streams.finished(stream));
                    assertTrue(streams.finished(stream));
                    streams.synchronize(stream);
                    streams.destroy(stream);
                });
    }

    @Test
    void eventsCanBeAskedAndAwaited(StandIn standIn) {
        inContext(
                driver -> {
                    CudaStreams streams = driver.streams();
                    CudaEvents events = driver.events();
                    long stream = streams.create(0);
                    long event = events.createUntimed();
                    events.record(event, stream);
                    standIn.fail("cuEventQuery", NOT_READY, 1);
                    assertFalse(events.finished(event));
                    assertTrue(events.finished(event));
                    events.synchronize(event);
                    streams.waitFor(stream, event);
                    events.destroy(event);
                    streams.destroy(stream);
                });
    }

    @Test
    void timedEventsMeasure(StandIn standIn) {
        inContext(
                driver -> {
                    CudaEvents events = driver.events();
                    long stream = driver.streams().create(0);
                    long start = events.createTimed();
                    long end = events.createTimed();
                    events.record(start, stream);
                    standIn.slow("cuStreamSynchronize", 20_000, 1);
                    driver.streams().synchronize(stream);
                    events.record(end, stream);
                    float milliseconds = events.elapsedMilliseconds(start, end);
                    assertTrue(milliseconds >= 20, () -> milliseconds + " ms");
                    assertTrue(milliseconds < 10_000, () -> milliseconds + " ms");
                    events.destroy(start);
                    events.destroy(end);
                    driver.streams().destroy(stream);
                });
    }

    @Test
    void untimedEventsDoNotMeasure() {
        inContext(
                driver -> {
                    CudaEvents events = driver.events();
                    long event = events.createUntimed();
                    CudaException failure =
                            assertThrows(
                                    CudaException.class,
                                    () -> events.elapsedMilliseconds(event, event));
                    assertEquals("cuEventElapsedTime_v2", failure.function());
                    events.destroy(event);
                });
    }

    @Test
    void nothingIsNoHandle() {
        inContext(
                driver -> {
                    CudaStreams streams = driver.streams();
                    CudaEvents events = driver.events();
                    for (Runnable call :
                            new Runnable[] {
                                () -> streams.destroy(0),
                                () -> streams.finished(0),
                                () -> streams.waitFor(0, 0),
                                () -> events.destroy(0),
                                () -> events.record(0, 0),
                                () -> events.finished(0),
                                () -> events.synchronize(0),
                            }) {
                        assertEquals(
                                "CUDA_ERROR_INVALID_HANDLE",
                                assertThrows(CudaException.class, call::run).name());
                    }
                });
    }
}
