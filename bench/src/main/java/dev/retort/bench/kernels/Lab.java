package dev.retort.bench.kernels;

import dev.retort.device.gpu.DeviceBuffer;
import dev.retort.device.gpu.DeviceContext;
import dev.retort.device.gpu.DeviceMemory;
import dev.retort.device.gpu.Stream;
import dev.retort.device.kernels.ElementType;
import dev.retort.device.kernels.reference.HostMatrix;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** A device with a stream, random numbers, and the memory of a case. */
final class Lab implements AutoCloseable {
    /** Numbers that are drawn; more are copies, at offsets that differ from row to row. */
    private static final int DRAWN = (1 << 22) + 8;

    final DeviceContext context;
    final Stream stream;
    final RandomGenerator random;

    Lab(DeviceContext context, long seed) {
        this.context = context;
        this.stream = context.createStream();
        this.random = new SplittableRandom(seed);
    }

    /** Whether the device is the stand-in of the tests. */
    boolean simulated() {
        return context.device().name().contains("simulated");
    }

    /** Memory full of normally distributed numbers. */
    DeviceBuffer normal(ElementType type, long elements, double deviation) {
        DeviceBuffer buffer = context.allocate(elements * type.bytes());
        int drawn = (int) Math.min(DRAWN, elements);
        DeviceMemory first = buffer.slice(0, (long) drawn * type.bytes());
        first.copyFrom(HostMatrix.normal(random, type, 1, drawn, deviation).memory());
        for (long at = drawn; at < elements; at += drawn) {
            long bytes = Math.min(drawn, elements - at) * type.bytes();
            buffer.slice(at * type.bytes(), bytes).copyFrom(first.slice(0, bytes), stream);
        }
        stream.synchronize();
        return buffer;
    }

    /** Memory in which every value of any type is NaN. */
    DeviceBuffer poisoned(long bytes) {
        DeviceBuffer buffer = context.allocate(bytes);
        poison(buffer);
        return buffer;
    }

    void poison(DeviceMemory memory) {
        memory.fill((byte) 0xff, stream);
        stream.synchronize();
    }

    @Override
    public void close() {
        stream.close();
    }
}
