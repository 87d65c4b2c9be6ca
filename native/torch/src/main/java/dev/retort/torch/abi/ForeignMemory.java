package dev.retort.torch.abi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import ai.djl.engine.EngineException;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Memory that crosses the border without a copy: of Java for tensors, and of tensors for Java. */
public final class ForeignMemory {
    /** From 2.11 on: a tensor on given memory that says when its last view is freed. */
    private static final String FROM_BLOB = "torch_from_blob";

    private static final @Nullable MethodHandle WRAP =
            Native.address(FROM_BLOB) == 0
                    ? null
                    : Native.downcall(
                            FROM_BLOB,
                            FunctionDescriptor.of(
                                    JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                                    JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG,
                                    JAVA_LONG, JAVA_LONG, JAVA_LONG));

    /** In libtorch's CUDA part alone. */
    static final String CURRENT_STREAM = "aoti_torch_get_current_cuda_stream";

    private static final Map<Long, MemorySegment> IN_USE = new ConcurrentHashMap<>();
    private static final AtomicLong NEXT = new AtomicLong();
    private static final long RELEASE = releaseStub();

    private ForeignMemory() {}

    /**
     * A contiguous tensor on the memory of a segment, which stays reachable until the tensor and
     * its last view are freed.
     *
     * @param segment native memory
     * @param sizes the shape
     * @param dtype the type as libtorch numbers them
     * @param device as {@link Values#device} makes it
     * @return a handle owned by the caller
     */
    public static long wrap(MemorySegment segment, long[] sizes, int dtype, long device) {
        if (WRAP == null) {
            throw new EngineException(
                    "memory can be wrapped from libtorch 2.11 on, which has " + FROM_BLOB);
        }
        Shapes.requireAxes(sizes.length);
        CallStack stack = CallStack.enter();
        long key = NEXT.incrementAndGet();
        IN_USE.put(key, segment);
        try {
            int code =
                    (int)
                            WRAP.invokeExact(
                                    segment.address(),
                                    (long) sizes.length,
                                    stack.sizes(sizes),
                                    stack.contiguousStrides(sizes),
                                    0L,
                                    dtype,
                                    (int) (device >>> 32),
                                    (int) device,
                                    stack.out(),
                                    0,
                                    0L,
                                    0L,
                                    RELEASE,
                                    key);
            if (code != 0) {
                IN_USE.remove(key);
            }
            TorchErrors.check(code, FROM_BLOB);
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
        return stack.outValue();
    }

    /** The number of segments that tensors use. */
    public static int wrapped() {
        return IN_USE.size();
    }

    /**
     * The memory of a tensor on the CPU, which lives as long as the segment or the tensor do.
     *
     * @param handle a contiguous tensor
     * @param bytes its size
     */
    public static MemorySegment segment(long handle, long bytes) {
        long shared = Tensors.share(handle);
        return MemorySegment.ofAddress(Tensors.data(handle))
                .reinterpret(bytes, Arena.ofAuto(), _ -> Tensors.delete(shared));
    }

    /**
     * The stream on which CUDA's work of this thread is queued, as the driver's {@code CUstream}.
     */
    public static long currentStream(int device) {
        if (Native.address(CURRENT_STREAM) == 0) {
            throw new EngineException(
                    "streams need libtorch's CUDA part, which lacks or has no " + CURRENT_STREAM);
        }
        CallStack stack = CallStack.enter();
        try {
            MethodHandle getter =
                    Native.downcall(
                            CURRENT_STREAM, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
            TorchErrors.check((int) getter.invokeExact(device, stack.out()), CURRENT_STREAM);
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
        return stack.outValue();
    }

    /** Called by libtorch, on any thread; nothing may be thrown into it. */
    @SuppressWarnings({"UnusedMethod", "UnusedVariable"}) // found by its name, called with both
    private static void release(MemorySegment data, long key) {
        IN_USE.remove(key);
    }

    private static long releaseStub() {
        try {
            MethodHandle release =
                    MethodHandles.lookup()
                            .findStatic(
                                    ForeignMemory.class,
                                    "release",
                                    MethodType.methodType(
                                            void.class, MemorySegment.class, long.class));
            return Linker.nativeLinker()
                    .upcallStub(
                            release,
                            FunctionDescriptor.ofVoid(ValueLayout.ADDRESS, JAVA_LONG),
                            Arena.global())
                    .address();
        } catch (NoSuchMethodException | IllegalAccessException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }
}
