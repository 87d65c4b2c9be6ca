package dev.retort.torch.abi;

import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import ai.djl.engine.EngineException;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;

/**
 * Settings of the whole process, the random generator of the CPU and the number of threads, and the
 * number of GPUs.
 */
public final class Settings {
    private Settings() {}

    /** Seeds the generator of the CPU. */
    public static void setSeed(long seed) {
        MethodHandle generator =
                function(Mangled.DEFAULT_CPU_GENERATOR, FunctionDescriptor.of(JAVA_LONG));
        try {
            seed((long) generator.invokeExact(), Mangled.SET_CURRENT_SEED, seed);
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
    }

    /**
     * Seeds the generator of a GPU.
     *
     * @param gpu below {@link #gpus}; C++ throws for another, which ends the process
     */
    public static void setGpuSeed(int gpu, long seed) {
        MethodHandle generator =
                function(
                        Mangled.DEFAULT_CUDA_GENERATOR,
                        FunctionDescriptor.of(JAVA_LONG, JAVA_BYTE));
        try {
            seed((long) generator.invokeExact((byte) gpu), Mangled.SET_CUDA_SEED, seed);
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
    }

    /** A generator is a reference to a cell that points at its implementation. */
    private static void seed(long cell, Mangled setter, long seed) throws Throwable {
        function(setter, FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG))
                .invokeExact(Native.MEMORY.get(JAVA_LONG, cell), seed);
    }

    /** Sets how many threads one operator may use. */
    public static void setThreads(int threads) {
        try {
            function(Mangled.SET_NUM_THREADS, FunctionDescriptor.ofVoid(JAVA_INT))
                    .invokeExact(threads);
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
    }

    /**
     * Keeps libtorch from NNPACK, where it can be asked to. oneDNN takes the batches that NNPACK
     * would, but a convolution of one sample tries to start it first: where that fails, on
     * processors that NNPACK does not know, each call takes longer and prints a warning.
     */
    public static void leaveOutNnpack() {
        if (Mangled.SET_NNPACK.address() == 0 || Mangled.GLOBAL_CONTEXT.address() == 0) {
            return;
        }
        MethodHandle context = function(Mangled.GLOBAL_CONTEXT, FunctionDescriptor.of(JAVA_LONG));
        MethodHandle enable =
                function(Mangled.SET_NNPACK, FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_BOOLEAN));
        try {
            enable.invokeExact((long) context.invokeExact(), false);
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
    }

    /** How many threads one operator may use. */
    public static int threads() {
        CallStack stack = CallStack.enter();
        try {
            MethodHandle getter =
                    Native.downcall(
                            "torch_get_num_threads", FunctionDescriptor.of(JAVA_INT, JAVA_LONG));
            TorchErrors.check((int) getter.invokeExact(stack.out()), "torch_get_num_threads");
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
        return (int) stack.outValue();
    }

    /**
     * How many GPUs libtorch can use, by the driver that is there and the environment variable
     * {@code CUDA_VISIBLE_DEVICES}.
     *
     * @return 0 where it has no CUDA part, or the driver is too old for it
     */
    public static int gpus() {
        if (Mangled.CUDA_DEVICE_COUNT.address() == 0) {
            return 0;
        }
        MethodHandle count = function(Mangled.CUDA_DEVICE_COUNT, FunctionDescriptor.of(JAVA_BYTE));
        try {
            return (byte) count.invokeExact();
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
    }

    private static MethodHandle function(Mangled function, FunctionDescriptor descriptor) {
        if (function.address() == 0) {
            throw new EngineException(
                    function.feature() + " needs " + function.symbol() + ", which libtorch lacks");
        }
        return Native.downcall(function.symbol(), descriptor);
    }
}
