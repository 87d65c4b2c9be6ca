package dev.retort.torch.abi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import ai.djl.engine.EngineException;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The libtorch that DJL's own PyTorch engine has loaded into this process. DJL's handles are those
 * of the C ABI, and a libtorch as old as 2.7 has the functions used here. Touched only when an
 * array of that engine is there.
 */
public final class BorrowedLibtorch {
    private static final Path FILE = mapped();
    private static final SymbolLookup LIBRARY = SymbolLookup.libraryLookup(FILE, Arena.global());
    private static @Nullable MethodHandle streamGetter;
    private static final MethodHandle DATA = getter("aoti_torch_get_data_ptr");
    private static final MethodHandle SIZES = getter("aoti_torch_get_sizes");
    private static final MethodHandle STRIDES = getter("aoti_torch_get_strides");

    private BorrowedLibtorch() {}

    /** The address of the first element. */
    public static long data(long handle) {
        return word(DATA, handle);
    }

    /**
     * Whether the elements lie one after another in row-major order.
     *
     * @param axes the number of axes
     */
    public static boolean contiguous(long handle, int axes) {
        MemorySegment sizes = longs(SIZES, handle, axes);
        MemorySegment strides = longs(STRIDES, handle, axes);
        long expected = 1;
        for (int axis = axes - 1; axis >= 0; axis--) {
            long size = sizes.getAtIndex(JAVA_LONG, axis);
            if (size != 1 && strides.getAtIndex(JAVA_LONG, axis) != expected) {
                return false;
            }
            expected *= size;
        }
        return true;
    }

    /** The memory from the first element on, alive as long as the tensor. */
    public static MemorySegment segment(long handle, long bytes) {
        return MemorySegment.ofAddress(data(handle)).reinterpret(bytes);
    }

    /** The stream on which CUDA's work of this thread is queued. */
    public static long currentStream(int device) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_LONG);
            int code = (int) streamGetter().invokeExact(device, out.address());
            if (code != 0) {
                throw new EngineException(
                        "DJL's libtorch has no stream for GPU " + device + ", code " + code);
            }
            return out.get(JAVA_LONG, 0);
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
    }

    private static synchronized MethodHandle streamGetter() {
        MethodHandle known = streamGetter;
        if (known == null) {
            Path cuda = FILE.resolveSibling("libtorch_cuda.so");
            if (!Files.isRegularFile(cuda)) {
                throw new EngineException(
                        "streams need libtorch's CUDA part, expected " + cuda + ", found none");
            }
            MemorySegment function =
                    SymbolLookup.libraryLookup(cuda, Arena.global())
                            .find(ForeignMemory.CURRENT_STREAM)
                            .orElseThrow(
                                    () ->
                                            new EngineException(
                                                    cuda
                                                            + " has no "
                                                            + ForeignMemory.CURRENT_STREAM));
            known =
                    Linker.nativeLinker()
                            .downcallHandle(
                                    function, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
            streamGetter = known;
        }
        return known;
    }

    private static MemorySegment longs(MethodHandle getter, long handle, int count) {
        return MemorySegment.ofAddress(word(getter, handle)).reinterpret((long) count * Long.BYTES);
    }

    private static long word(MethodHandle getter, long handle) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_LONG);
            int code = (int) getter.invokeExact(handle, out.address());
            if (code != 0) {
                throw new EngineException("DJL's libtorch failed on a handle, code " + code);
            }
            return out.get(JAVA_LONG, 0);
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
    }

    private static MethodHandle getter(String symbol) {
        return Linker.nativeLinker()
                .downcallHandle(
                        LIBRARY.find(symbol).orElseThrow(),
                        FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
    }

    private static Path mapped() {
        String file = Libtorch.mapped();
        if (file == null) {
            throw new EngineException("DJL has loaded no libtorch");
        }
        return Path.of(file);
    }
}
