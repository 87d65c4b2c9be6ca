package dev.retort.torch.abi;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/** Why the system's loader cannot open a library: Java's lookup does not pass its message on. */
final class LoaderMessage {
    private static final int RTLD_LAZY = 1;

    private LoaderMessage() {}

    static String of(Path library) {
        Linker linker = Linker.nativeLinker();
        MethodHandle dlopen =
                linker.downcallHandle(
                        linker.defaultLookup().findOrThrow("dlopen"),
                        FunctionDescriptor.of(
                                ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
        MethodHandle dlerror =
                linker.downcallHandle(
                        linker.defaultLookup().findOrThrow("dlerror"),
                        FunctionDescriptor.of(ValueLayout.ADDRESS));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment opened =
                    (MemorySegment)
                            dlopen.invokeExact(arena.allocateFrom(library.toString()), RTLD_LAZY);
            MemorySegment message = (MemorySegment) dlerror.invokeExact();
            return opened.address() != 0 || message.address() == 0
                    ? "for no reason that the loader gives"
                    : message.reinterpret(Long.MAX_VALUE).getString(0);
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
    }
}
