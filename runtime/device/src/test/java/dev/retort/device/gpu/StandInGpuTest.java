package dev.retort.device.gpu;

import static dev.retort.device.gpu.Gpus.devices;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.retort.cuda.standin.StandIn;
import dev.retort.cuda.standin.StandIn.Counter;
import dev.retort.cuda.standin.StandInExtension;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The contract on the stand-in. */
@ExtendWith(StandInExtension.class)
class StandInGpuTest extends GpuContract {
    @Test
    void memoryOfAPoolIsFreedAfterTheWorkOfItsClosedStream(StandIn standIn) {
        try (DeviceContext context = devices().all().getFirst().open();
                MemoryPool pool = context.createPool()) {
            Stream closed = context.createStream();
            DeviceBuffer buffer = pool.allocate(16, closed);
            standIn.setClock(1_000);
            standIn.setWorkNanos(1_000);
            buffer.fill((byte) 1, closed);
            closed.close();
            // The stand-in refuses to free what work still uses; the driver would just do it.
            buffer.close();
            assertEquals(0, standIn.count(Counter.ALLOCATIONS));
        }
    }
}
