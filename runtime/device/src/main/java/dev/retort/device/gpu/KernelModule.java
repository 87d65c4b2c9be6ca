package dev.retort.device.gpu;

import dev.retort.cuda.CudaModules;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Device code that is loaded into a context, owned. May be used from any thread. */
public final class KernelModule implements AutoCloseable {
    private final DeviceContext context;
    private final CudaModules modules;
    private final long handle;
    private final Lifetime lifetime;

    /** One for each function, as what the driver allows a function is remembered there. */
    private final Map<String, Kernel> kernels = new ConcurrentHashMap<>();

    private KernelModule(DeviceContext context, long handle) {
        this.context = context;
        this.modules = context.driver().modules();
        this.handle = handle;
        this.lifetime = new Lifetime(context, "kernel module");
    }

    static KernelModule load(DeviceContext context, MemorySegment image) {
        context.checkOpen();
        return new KernelModule(
                context, context.call(() -> context.driver().modules().load(image)));
    }

    /**
     * Where the code is loaded.
     *
     * @return its context
     */
    public DeviceContext context() {
        return context;
    }

    /**
     * A kernel of the module.
     *
     * @param name its name in the device code, for C++ the mangled one
     * @return the kernel, usable until this module is closed
     * @throws dev.retort.cuda.CudaException with {@code CUDA_ERROR_NOT_FOUND} and the name when
     *     there is none
     */
    public Kernel kernel(String name) {
        lifetime.check();
        return kernels.computeIfAbsent(
                name,
                key -> context.call(() -> new Kernel(this, key, modules.function(handle, key))));
    }

    /**
     * A variable of the module, borrowed.
     *
     * @param name its name in the device code, for C++ the mangled one
     * @return its memory, usable until this module is closed
     * @throws dev.retort.cuda.CudaException with {@code CUDA_ERROR_NOT_FOUND} and the name when
     *     there is none
     */
    public DeviceMemory global(String name) {
        lifetime.check();
        CudaModules.Global global = context.call(() -> modules.global(handle, name));
        return new DeviceSlice(context, global.address(), global.bytes());
    }

    /** Unloads the module; work that uses it must be done. A second call does nothing. */
    @Override
    public void close() {
        lifetime.close(() -> modules.unload(handle));
    }

    Lifetime lifetime() {
        return lifetime;
    }
}
