package dev.retort.device.collective;

import static org.bytedeco.cuda.global.nccl.ncclAllReduce;
import static org.bytedeco.cuda.global.nccl.ncclAvg;
import static org.bytedeco.cuda.global.nccl.ncclBfloat16;
import static org.bytedeco.cuda.global.nccl.ncclCommDestroy;
import static org.bytedeco.cuda.global.nccl.ncclCommGetAsyncError;
import static org.bytedeco.cuda.global.nccl.ncclCommInitRank;
import static org.bytedeco.cuda.global.nccl.ncclFloat16;
import static org.bytedeco.cuda.global.nccl.ncclFloat32;
import static org.bytedeco.cuda.global.nccl.ncclFloat64;
import static org.bytedeco.cuda.global.nccl.ncclGetErrorString;
import static org.bytedeco.cuda.global.nccl.ncclGetUniqueId;
import static org.bytedeco.cuda.global.nccl.ncclGetVersion;
import static org.bytedeco.cuda.global.nccl.ncclGroupEnd;
import static org.bytedeco.cuda.global.nccl.ncclGroupStart;
import static org.bytedeco.cuda.global.nccl.ncclInt32;
import static org.bytedeco.cuda.global.nccl.ncclInt64;
import static org.bytedeco.cuda.global.nccl.ncclMax;
import static org.bytedeco.cuda.global.nccl.ncclMin;
import static org.bytedeco.cuda.global.nccl.ncclProd;
import static org.bytedeco.cuda.global.nccl.ncclSuccess;
import static org.bytedeco.cuda.global.nccl.ncclSum;

import dev.retort.device.gpu.DeviceContext;
import dev.retort.device.gpu.DeviceMemory;
import dev.retort.device.gpu.Stream;
import dev.retort.device.preset.RawPointer;

import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.nccl.ncclComm;
import org.bytedeco.cuda.nccl.ncclUniqueId;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicBoolean;

/** One device's membership in a group that reduces together. Used by one thread at a time. */
public final class Communicator implements AutoCloseable {
    /** The group that the thread is in, if it is in one. */
    private static final ThreadLocal<@Nullable Group> CURRENT = new ThreadLocal<>();

    private final DeviceContext context;
    private final Arena arena;

    /** Where NCCL writes the handle; of a join inside a group it may do so until the group ends. */
    private final MemorySegment slot;

    /** In which it was joined; before the group has ended the handle is not to be used. */
    private final @Nullable Group group;

    private @Nullable ncclComm handle;
    private final RawPointer source = new RawPointer(0);
    private final RawPointer target = new RawPointer(0);
    private final AtomicBoolean closed = new AtomicBoolean();

    private Communicator(DeviceContext context, Arena arena, MemorySegment slot) {
        this.context = context;
        this.arena = arena;
        this.slot = slot;
        this.group = CURRENT.get();
    }

    private static final class Group {
        private boolean ended;
    }

    static String version() {
        int[] version = new int[1];
        check(ncclGetVersion(version), "ncclGetVersion");
        // 2.28.9 is written as 22809.
        return version[0] / 10_000 + "." + version[0] / 100 % 100 + "." + version[0] % 100;
    }

    static byte[] createIdentity() {
        try (ncclUniqueId id = new ncclUniqueId()) {
            check(ncclGetUniqueId(id), "ncclGetUniqueId");
            byte[] identity = new byte[Nccl.IDENTITY_BYTES];
            new BytePointer(id).capacity(identity.length).get(identity);
            return identity;
        }
    }

    static Communicator join(DeviceContext context, byte[] identity, int rank, int size) {
        // Closed by close() alone: NCCL may write after this call, whatever becomes of the object.
        Arena arena = Arena.ofShared();
        MemorySegment slot = arena.allocate(ValueLayout.JAVA_LONG);
        try (ncclUniqueId id = new ncclUniqueId();
                DeviceContext.Scope _ = context.enter()) {
            new BytePointer(id).capacity(identity.length).put(identity);
            PointerPointer<ncclComm> out = new PointerPointer<>(new RawPointer(slot.address()));
            check(ncclCommInitRank(out, size, id, rank), "ncclCommInitRank");
        }
        return new Communicator(context, arena, slot);
    }

    static void group(Runnable calls) {
        Group outer = CURRENT.get();
        // NCCL completes the calls of nested groups when the outermost ends.
        Group group = outer == null ? new Group() : outer;
        check(ncclGroupStart(), "ncclGroupStart");
        CURRENT.set(group);
        try {
            calls.run();
        } finally {
            CURRENT.set(outer);
            check(ncclGroupEnd(), "ncclGroupEnd");
            group.ended = outer == null;
        }
    }

    private static void check(int result, String function) {
        if (result != ncclSuccess) {
            throw new NcclException(function, result, ncclGetErrorString(result).getString());
        }
    }

    /**
     * Reduces the elements of all members and gives each the result, in the order of a stream; this
     * does not wait. All members call it in the same order with the same count, type and operation.
     *
     * @param from this member's elements
     * @param to the result; may be the same memory
     * @param count how many elements
     * @param type their type
     * @param operation how they become one
     * @param stream a stream of this member's context
     * @throws IllegalArgumentException when a memory is smaller than the elements
     * @throws IllegalStateException when the group in which this member joined has not ended
     * @throws NcclException when the library refuses
     */
    public void allReduce(
            DeviceMemory from,
            DeviceMemory to,
            long count,
            ReduceType type,
            ReduceOperation operation,
            Stream stream) {
        checkOpen();
        if (stream.context() != context) {
            throw new IllegalStateException(
                    "the communicator belongs to %s and the stream to %s"
                            .formatted(context, stream.context()));
        }
        long bytes = Math.multiplyExact(count, type.bytes());
        if (count < 0 || from.byteSize() < bytes || to.byteSize() < bytes) {
            throw new IllegalArgumentException(
                    "allReduce: %d elements of %d bytes do not fit memory of %d and %d bytes"
                            .formatted(count, type.bytes(), from.byteSize(), to.byteSize()));
        }
        source.set(from.address());
        target.set(to.address());
        try (DeviceContext.Scope _ = context.enter()) {
            check(
                    ncclAllReduce(
                            source,
                            target,
                            count,
                            code(type),
                            code(operation),
                            handle(),
                            new CUstream_st(new RawPointer(stream.handle()))),
                    "ncclAllReduce");
        }
    }

    /**
     * Passes unless a member or a link has failed since; NCCL tells of that only when asked.
     *
     * @throws NcclException when the group can reduce no more
     */
    public void checkAlive() {
        checkOpen();
        int[] error = new int[1];
        check(ncclCommGetAsyncError(handle(), error), "ncclCommGetAsyncError");
        check(error[0], "ncclCommGetAsyncError");
    }

    private void checkOpen() {
        if (closed.get()) {
            throw new IllegalStateException("the communicator is closed");
        }
    }

    private ncclComm handle() {
        ncclComm known = handle;
        if (known == null) {
            if (!joined()) {
                throw new IllegalStateException(
                        "the communicator was joined in a group that has not ended, or failed");
            }
            known = new ncclComm(new RawPointer(slot.get(ValueLayout.JAVA_LONG, 0)));
            handle = known;
        }
        return known;
    }

    private boolean joined() {
        return (group == null || group.ended) && slot.get(ValueLayout.JAVA_LONG, 0) != 0;
    }

    private static int code(ReduceType type) {
        return switch (type) {
            case INT32 -> ncclInt32;
            case INT64 -> ncclInt64;
            case FLOAT16 -> ncclFloat16;
            case BFLOAT16 -> ncclBfloat16;
            case FLOAT32 -> ncclFloat32;
            case FLOAT64 -> ncclFloat64;
        };
    }

    private static int code(ReduceOperation operation) {
        return switch (operation) {
            case SUM -> ncclSum;
            case PRODUCT -> ncclProd;
            case MAX -> ncclMax;
            case MIN -> ncclMin;
            case AVERAGE -> ncclAvg;
        };
    }

    /**
     * Leaves the group; its work must be done, and so must be a {@link Nccl#group} in which it was
     * joined. A second call does nothing.
     */
    @Override
    public void close() {
        if (group != null && group == CURRENT.get()) {
            throw new IllegalStateException(
                    "expected the end of the group before a communicator that joined in it is closed");
        }
        if (closed.compareAndSet(false, true)) {
            try (arena;
                    DeviceContext.Scope _ = context.enter()) {
                // What a group that failed has left is not to be touched.
                if (joined()) {
                    check(ncclCommDestroy(handle()), "ncclCommDestroy");
                }
            }
        }
    }
}
