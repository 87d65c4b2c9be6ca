package dev.retort.device.collective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.retort.cuda.Availability;
import dev.retort.device.gpu.Device;
import dev.retort.device.gpu.DeviceBuffer;
import dev.retort.device.gpu.DeviceContext;
import dev.retort.device.gpu.Devices;
import dev.retort.device.gpu.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** A sum over all devices of this machine. */
@Tag("gpu")
class HardwareAllReduceTest {
    private static final int COUNT = 1000;

    private static Nccl nccl() {
        Availability<Nccl> probed = Nccl.probe();
        assumeTrue(probed.optional().isPresent(), () -> String.join("; ", probed.absenceReasons()));
        return probed.optional().orElseThrow();
    }

    @Test
    void oneThreadJoinsForAllDevices() {
        Nccl nccl = nccl();
        List<DeviceContext> contexts =
                Devices.probe().optional().orElseThrow().all().stream().map(Device::open).toList();
        byte[] identity = nccl.createIdentity();
        List<Communicator> members = new ArrayList<>();
        nccl.group(
                () -> {
                    for (DeviceContext context : contexts) {
                        members.add(nccl.join(context, identity, members.size(), contexts.size()));
                        assertThrows(IllegalStateException.class, members.getLast()::checkAlive);
                    }
                });
        members.forEach(Communicator::checkAlive);
        members.forEach(Communicator::close);
        contexts.forEach(DeviceContext::close);
    }

    @Test
    void everyMemberGetsTheSumInAThreadOfItsOwn() throws Exception {
        Nccl nccl = nccl();
        List<Device> devices = Devices.probe().optional().orElseThrow().all();
        byte[] identity = nccl.createIdentity();
        float[] expected = new float[COUNT];
        Arrays.fill(expected, devices.size() * (devices.size() + 1) / 2f);
        try (ExecutorService threads = Executors.newFixedThreadPool(devices.size())) {
            List<Future<float[]>> members =
                    IntStream.range(0, devices.size())
                            .mapToObj(
                                    rank ->
                                            threads.submit(
                                                    () -> member(nccl, devices, identity, rank)))
                            .toList();
            for (Future<float[]> member : members) {
                assertArrayEquals(expected, member.get());
            }
        }
    }

    private static float[] member(Nccl nccl, List<Device> devices, byte[] identity, int rank) {
        float[] values = new float[COUNT];
        Arrays.fill(values, rank + 1);
        try (DeviceContext context = devices.get(rank).open();
                Stream stream = context.createStream();
                DeviceBuffer buffer = context.allocate(COUNT * 4L);
                Communicator group = nccl.join(context, identity, rank, devices.size())) {
            buffer.copyFrom(MemorySegment.ofArray(values));
            group.allReduce(buffer, buffer, COUNT, ReduceType.FLOAT32, ReduceOperation.SUM, stream);
            stream.synchronize();
            group.checkAlive();
            assertThrows(
                    IllegalArgumentException.class,
                    () ->
                            group.allReduce(
                                    buffer,
                                    buffer,
                                    COUNT + 1,
                                    ReduceType.FLOAT32,
                                    ReduceOperation.SUM,
                                    stream));
            buffer.copyTo(MemorySegment.ofArray(values));
        }
        return values;
    }
}
