package dev.retort.distill.train;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The memory that the process has allocated from glibc and not freed: that of the engine, and what
 * the JVM takes outside its heap. In contrast to resident memory it does not count what was freed
 * and is kept.
 */
final class CMemory {
    // struct mallinfo2 of malloc.h: ten size_t, of which the fifth counts bytes in mapped blocks
    // and the eighth those in all others.
    private static final StructLayout MALLINFO2 =
            MemoryLayout.structLayout(
                    MemoryLayout.sequenceLayout(10, ValueLayout.JAVA_LONG).withName("fields"));

    @SuppressWarnings("restricted")
    private static final MethodHandle CALL =
            Linker.nativeLinker()
                    .downcallHandle(
                            Linker.nativeLinker().defaultLookup().findOrThrow("mallinfo2"),
                            FunctionDescriptor.of(MALLINFO2));

    private CMemory() {}

    static double allocatedMebibytes() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = (MemorySegment) CALL.invokeExact((SegmentAllocator) arena);
            long bytes =
                    info.getAtIndex(ValueLayout.JAVA_LONG, 4)
                            + info.getAtIndex(ValueLayout.JAVA_LONG, 7);
            return (double) bytes / (1 << 20);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /**
     * By how much each measurement exceeds the one before it, as its lower quartile: what grows
     * every time shows in it, what the JIT compilers take and return (up to 50 MiB, in up to half
     * of all times) does not.
     */
    static double usualGrowth(List<Double> mebibytes) {
        return IntStream.range(1, mebibytes.size())
                .mapToDouble(i -> mebibytes.get(i) - mebibytes.get(i - 1))
                .sorted()
                .skip(mebibytes.size() / 4)
                .findFirst()
                .orElseThrow();
    }
}
