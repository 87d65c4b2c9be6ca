package dev.retort.torch.abi;

import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import ai.djl.engine.EngineException;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.invoke.MethodHandle;

/** The gradients of tensors, by handle. */
public final class Autograd {
    private static final @Nullable MethodHandle GRAD = trivial(Mangled.GRAD, JAVA_LONG, JAVA_LONG);
    private static final @Nullable MethodHandle MUTABLE_GRAD =
            trivial(Mangled.MUTABLE_GRAD, JAVA_LONG, JAVA_LONG);
    private static final @Nullable MethodHandle REQUIRES_GRAD =
            trivial(Mangled.REQUIRES_GRAD, JAVA_BOOLEAN, JAVA_LONG);

    private Autograd() {}

    /** Makes a tensor one whose gradient a backward pass leaves behind, or no longer. */
    public static void setRequiresGrad(long handle, boolean required) {
        CallStack.enter();
        try {
            TorchErrors.check(
                    (int) Native.SET_REQUIRES_GRAD.invokeExact(handle, required),
                    "torch_set_requires_grad");
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
    }

    /** Whether a backward pass through the tensor does anything. */
    public static boolean requiresGrad(long handle) {
        try {
            return (boolean)
                    present(REQUIRES_GRAD, Mangled.REQUIRES_GRAD).invokeExact(impl(handle));
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
    }

    /**
     * The gradient that a backward pass has left.
     *
     * @return a handle owned by the caller, or 0 when there is none
     */
    public static long gradient(long handle) {
        long borrowed = borrowedGradient(handle);
        return borrowed == 0 ? 0 : Tensors.share(borrowed);
    }

    /** Whether a handle refers to the gradient that another tensor has now. */
    public static boolean isGradientOf(long gradient, long handle) {
        long borrowed = borrowedGradient(handle);
        return borrowed != 0 && impl(borrowed) == impl(gradient);
    }

    /** Removes the gradient, so that the next backward pass starts anew. */
    public static void removeGradient(long handle) {
        long undefined = Tensors.undefined(CallStack.enter());
        try {
            long cell =
                    (long) present(MUTABLE_GRAD, Mangled.MUTABLE_GRAD).invokeExact(impl(handle));
            Tensors.assign(undefined, cell);
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        } finally {
            Tensors.delete(undefined);
        }
    }

    private static long borrowedGradient(long handle) {
        try {
            long borrowed = (long) present(GRAD, Mangled.GRAD).invokeExact(impl(handle));
            return Tensors.defined(borrowed) ? borrowed : 0;
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
    }

    /** The C++ object behind a handle; two handles to one tensor have the same. */
    static long impl(long handle) {
        return Native.MEMORY.get(JAVA_LONG, handle);
    }

    private static @Nullable MethodHandle trivial(
            Mangled function, MemoryLayout result, MemoryLayout argument) {
        return function.address() == 0
                ? null
                : Native.downcall(
                        function.symbol(),
                        FunctionDescriptor.of(result, argument),
                        Linker.Option.critical(false));
    }

    private static MethodHandle present(@Nullable MethodHandle handle, Mangled function) {
        if (handle == null) {
            throw new EngineException(
                    function.feature() + " needs " + function.symbol() + ", which libtorch lacks");
        }
        return handle;
    }
}
