package dev.retort.cuda;

import dev.retort.cuda.ffi.driver.cuda_h;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * Modules of device code, their functions and the launch of those. Threading and failures are those
 * of {@link CudaDriver}.
 */
public final class CudaModules {
    /** Room for what the driver's compiler says of wrong PTX; more is cut off by the driver. */
    private static final int LOG_BYTES = 8192;

    private final Features<DriverFeature> features;

    /** The bindings do not have this function; drivers have it since CUDA 12.4. */
    private final @Nullable MethodHandle parameterInfo;

    CudaModules(Features<DriverFeature> features) {
        this.features = features;
        this.parameterInfo =
                LibraryLoader.symbol("cuFuncGetParamInfo")
                        .map(CudaModules::linkParameterInfo)
                        .orElse(null);
    }

    private static MethodHandle linkParameterInfo(MemorySegment symbol) {
        return Linker.nativeLinker()
                .downcallHandle(
                        symbol,
                        FunctionDescriptor.of(
                                cuda_h.C_INT,
                                cuda_h.C_POINTER,
                                cuda_h.C_LONG,
                                cuda_h.C_POINTER,
                                cuda_h.C_POINTER));
    }

    /**
     * One parameter of a kernel.
     *
     * @param offsetBytes where it lies among the parameters
     * @param bytes its size
     */
    public record Parameter(long offsetBytes, long bytes) {}

    /**
     * A variable of a module.
     *
     * @param address in device memory
     * @param bytes its size
     */
    public record Global(long address, long bytes) {}

    /**
     * Loads device code into the current context. PTX is compiled for the device, which takes long.
     *
     * @param image native memory with PTX, which ends with a zero byte, or a cubin or fatbin, which
     *     know their own size
     * @return the module, to be unloaded by {@link #unload}
     * @throws CudaException with the compiler's log in its text when the code is not accepted
     */
    public long load(MemorySegment image) {
        features.require(DriverFeature.MODULES);
        if (!image.isNative()) {
            throw new IllegalArgumentException("device code must be native, not on the Java heap");
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment log = arena.allocate(LOG_BYTES);
            MemorySegment options =
                    arena.allocateFrom(
                            ValueLayout.JAVA_INT,
                            cuda_h.CU_JIT_ERROR_LOG_BUFFER(),
                            cuda_h.CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES());
            // The driver takes a number where it takes a pointer, as the pointer's value.
            MemorySegment values =
                    arena.allocateFrom(ValueLayout.JAVA_LONG, log.address(), LOG_BYTES - 1L);
            MemorySegment out = Scratch.segment();
            int code = cuda_h.cuModuleLoadDataEx(out, image, 2, options, values);
            if (code != 0) {
                throw DriverErrors.exception(code, "cuModuleLoadDataEx", log.getString(0).strip());
            }
            return out.get(ValueLayout.JAVA_LONG, 0);
        }
    }

    /**
     * Unloads a module; its functions must not be used any more.
     *
     * @param module the module
     */
    public void unload(long module) {
        features.require(DriverFeature.MODULES);
        DriverErrors.check(
                cuda_h.cuModuleUnload(MemorySegment.ofAddress(module)), "cuModuleUnload");
    }

    /**
     * A function of a module.
     *
     * @param module the module
     * @param name the name in the device code, for C++ the mangled one
     * @return the function, valid as long as the module
     * @throws CudaException with {@code CUDA_ERROR_NOT_FOUND} and the name when there is none
     */
    public long function(long module, String name) {
        features.require(DriverFeature.MODULES);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = Scratch.segment();
            int code =
                    cuda_h.cuModuleGetFunction(
                            out, MemorySegment.ofAddress(module), arena.allocateFrom(name));
            if (code != 0) {
                throw DriverErrors.exception(
                        code, "cuModuleGetFunction", "function \"" + name + "\"");
            }
            return out.get(ValueLayout.JAVA_LONG, 0);
        }
    }

    /**
     * A property of a function.
     *
     * @param function the function
     * @param attribute the property
     * @return its value, in the unit that {@link FunctionAttribute} gives
     */
    public int attribute(long function, FunctionAttribute attribute) {
        features.require(DriverFeature.MODULES);
        MemorySegment out = Scratch.segment();
        DriverErrors.check(
                cuda_h.cuFuncGetAttribute(out, attribute.code(), MemorySegment.ofAddress(function)),
                "cuFuncGetAttribute");
        return out.get(ValueLayout.JAVA_INT, 0);
    }

    /**
     * Sets a property of a function.
     *
     * @param function the function
     * @param attribute a property that can be set
     * @param value the value, in the unit that {@link FunctionAttribute} gives
     */
    public void setAttribute(long function, FunctionAttribute attribute, int value) {
        features.require(DriverFeature.MODULES);
        int code =
                cuda_h.cuFuncSetAttribute(
                        MemorySegment.ofAddress(function), attribute.code(), value);
        if (code != 0) {
            throw DriverErrors.exception(code, "cuFuncSetAttribute", attribute + " = " + value);
        }
    }

    /**
     * The parameters of a kernel.
     *
     * @param function the kernel
     * @return its parameters, in their order
     */
    public List<Parameter> parameters(long function) {
        features.require(DriverFeature.KERNEL_PARAMETERS);
        MethodHandle info = parameterInfo;
        if (info == null) {
            throw new AssertionError("the feature is there and its function is not");
        }
        MemorySegment out = Scratch.segment();
        MemorySegment size = out.asSlice(Long.BYTES);
        MemorySegment kernel = MemorySegment.ofAddress(function);
        List<Parameter> parameters = new ArrayList<>();
        while (true) {
            int code = Downcalls.invoke(info, kernel, parameters.size(), out, size);
            // The driver does not tell how many there are; the first index beyond them is invalid.
            if (code == cuda_h.CUDA_ERROR_INVALID_VALUE()) {
                return List.copyOf(parameters);
            }
            DriverErrors.check(code, "cuFuncGetParamInfo");
            parameters.add(
                    new Parameter(
                            out.get(ValueLayout.JAVA_LONG, 0), size.get(ValueLayout.JAVA_LONG, 0)));
        }
    }

    /**
     * A variable of a module.
     *
     * @param module the module
     * @param name the name in the device code, for C++ the mangled one
     * @return where it lies, valid as long as the module
     * @throws CudaException with {@code CUDA_ERROR_NOT_FOUND} and the name when there is none
     */
    public Global global(long module, String name) {
        features.require(DriverFeature.MODULES);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = Scratch.segment();
            int code =
                    cuda_h.cuModuleGetGlobal_v2(
                            out,
                            out.asSlice(Long.BYTES),
                            MemorySegment.ofAddress(module),
                            arena.allocateFrom(name));
            if (code != 0) {
                throw DriverErrors.exception(
                        code, "cuModuleGetGlobal_v2", "variable \"" + name + "\"");
            }
            return new Global(
                    out.get(ValueLayout.JAVA_LONG, 0), out.get(ValueLayout.JAVA_LONG, Long.BYTES));
        }
    }

    /**
     * Launches a kernel in the order of a stream; this allocates nothing.
     *
     * @param function the kernel
     * @param shape grid, block, shared memory and cluster
     * @param stream the stream
     * @param arguments native memory with one pointer for each parameter, to its value; the driver
     *     has read both when the call returns. The driver knows neither how many there are nor
     *     their sizes: both must be those of the kernel.
     */
    public void launch(long function, LaunchShape shape, long stream, MemorySegment arguments) {
        if (shape.clustered()) {
            launchClusters(function, shape, stream, arguments);
            return;
        }
        features.require(DriverFeature.MODULES);
        int code = HotCalls.launchKernel(function, shape, stream, arguments);
        if (code != 0) {
            throw DriverErrors.exception(code, "cuLaunchKernel", shape.toString());
        }
    }

    private void launchClusters(
            long function, LaunchShape shape, long stream, MemorySegment arguments) {
        features.require(DriverFeature.CLUSTERS);
        int code =
                cuda_h.cuLaunchKernelEx(
                        ExtendedLaunch.config(Scratch.segment(), shape, stream),
                        MemorySegment.ofAddress(function),
                        arguments,
                        MemorySegment.NULL);
        if (code != 0) {
            throw DriverErrors.exception(code, "cuLaunchKernelEx", shape.toString());
        }
    }
}
