package dev.retort.torch.abi;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import ai.djl.engine.EngineException;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Turns the return codes of libtorch's C functions into DJL's exception. */
final class TorchErrors {
    /** Libtorch's own text of the last error of this thread; from 2.13 on. */
    private static final String MESSAGE = "torch_exception_get_what_without_backtrace";

    private static final @Nullable MethodHandle GET_MESSAGE =
            Native.address(MESSAGE) == 0
                    ? null
                    : Native.downcall(MESSAGE, FunctionDescriptor.of(JAVA_LONG));

    private TorchErrors() {}

    /** Throws what libtorch reported when the code says that a call failed. */
    static void check(int code, String function) {
        if (code != 0) {
            throw new EngineException(message(function));
        }
    }

    private static String message(String function) {
        if (GET_MESSAGE == null) {
            return function
                    + " failed; libtorch before 2.13 writes its message to standard error only";
        }
        try {
            long text = (long) GET_MESSAGE.invokeExact();
            return text == 0
                    ? function + " failed for no reason that libtorch gives"
                    : MemorySegment.ofAddress(text).reinterpret(Long.MAX_VALUE).getString(0);
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
    }
}
