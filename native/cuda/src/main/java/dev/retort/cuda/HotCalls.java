package dev.retort.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.retort.cuda.ffi.driver.cuda_h;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The calls of a training step, with handles as the numbers that they are. The generated bindings
 * take a segment for each, which the JIT compiler makes on the heap where it has compiled the
 * binding before its caller: 40 bytes a call. A pointer and a number of 8 bytes travel alike.
 *
 * <p>A function is looked up at its first call, after its feature was required.
 */
final class HotCalls {
    private HotCalls() {}

    static int eventRecord(long event, long stream) {
        try {
            return (int) EventRecord.CALL.invokeExact(event, stream);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    static int eventQuery(long event) {
        try {
            return (int) EventQuery.CALL.invokeExact(event);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    static int streamWaitEvent(long stream, long event, int flags) {
        try {
            return (int) StreamWaitEvent.CALL.invokeExact(stream, event, flags);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    static int copyToDevice(long target, MemorySegment source, long bytes, long stream) {
        try {
            return (int) CopyToDevice.CALL.invokeExact(target, source, bytes, stream);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    static int copyToHost(MemorySegment target, long source, long bytes, long stream) {
        try {
            return (int) CopyToHost.CALL.invokeExact(target, source, bytes, stream);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    static int copyOnDevice(long target, long source, long bytes, long stream) {
        try {
            return (int) CopyOnDevice.CALL.invokeExact(target, source, bytes, stream);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    static int fill(long target, byte value, long bytes, long stream) {
        try {
            return (int) Fill.CALL.invokeExact(target, value, bytes, stream);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    static int fillInts(long target, int value, long count, long stream) {
        try {
            return (int) FillInts.CALL.invokeExact(target, value, count, stream);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    static int graphLaunch(long executable, long stream) {
        try {
            return (int) GraphLaunch.CALL.invokeExact(executable, stream);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    static int launchKernel(
            long function, LaunchShape shape, long stream, MemorySegment arguments) {
        try {
            return (int)
                    LaunchKernel.CALL.invokeExact(
                            function,
                            shape.gridX(),
                            shape.gridY(),
                            shape.gridZ(),
                            shape.blockX(),
                            shape.blockY(),
                            shape.blockZ(),
                            shape.sharedBytes(),
                            stream,
                            arguments,
                            MemorySegment.NULL);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    private static RuntimeException unchecked(Throwable e) {
        switch (e) {
            case Error error -> throw error;
            case RuntimeException failure -> throw failure;
            default -> throw new AssertionError("a downcall throws nothing checked", e);
        }
    }

    private static MethodHandle link(MemorySegment symbol, MemoryLayout... arguments) {
        return Linker.nativeLinker()
                .downcallHandle(symbol, FunctionDescriptor.of(JAVA_INT, arguments));
    }

    private static final class EventRecord {
        static final MethodHandle CALL = link(cuda_h.cuEventRecord$address(), JAVA_LONG, JAVA_LONG);
    }

    private static final class EventQuery {
        static final MethodHandle CALL = link(cuda_h.cuEventQuery$address(), JAVA_LONG);
    }

    private static final class StreamWaitEvent {
        static final MethodHandle CALL =
                link(cuda_h.cuStreamWaitEvent$address(), JAVA_LONG, JAVA_LONG, JAVA_INT);
    }

    private static final class CopyToDevice {
        static final MethodHandle CALL =
                link(
                        cuda_h.cuMemcpyHtoDAsync_v2$address(),
                        JAVA_LONG,
                        ADDRESS,
                        JAVA_LONG,
                        JAVA_LONG);
    }

    private static final class CopyToHost {
        static final MethodHandle CALL =
                link(
                        cuda_h.cuMemcpyDtoHAsync_v2$address(),
                        ADDRESS,
                        JAVA_LONG,
                        JAVA_LONG,
                        JAVA_LONG);
    }

    private static final class CopyOnDevice {
        static final MethodHandle CALL =
                link(
                        cuda_h.cuMemcpyDtoDAsync_v2$address(),
                        JAVA_LONG,
                        JAVA_LONG,
                        JAVA_LONG,
                        JAVA_LONG);
    }

    private static final class Fill {
        static final MethodHandle CALL =
                link(cuda_h.cuMemsetD8Async$address(), JAVA_LONG, JAVA_BYTE, JAVA_LONG, JAVA_LONG);
    }

    private static final class FillInts {
        static final MethodHandle CALL =
                link(cuda_h.cuMemsetD32Async$address(), JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
    }

    private static final class GraphLaunch {
        static final MethodHandle CALL = link(cuda_h.cuGraphLaunch$address(), JAVA_LONG, JAVA_LONG);
    }

    private static final class LaunchKernel {
        static final MethodHandle CALL =
                link(
                        cuda_h.cuLaunchKernel$address(),
                        JAVA_LONG,
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_LONG,
                        ADDRESS,
                        ADDRESS);
    }
}
