package dev.retort.device.gpu;

import dev.retort.cuda.Availability;
import dev.retort.cuda.Availability.Available;
import dev.retort.cuda.Availability.Unavailable;
import dev.retort.cuda.CudaModules;
import dev.retort.cuda.CudaModules.Parameter;
import dev.retort.cuda.CudaOccupancy;
import dev.retort.cuda.DriverFeature;
import dev.retort.cuda.FunctionAttribute;
import dev.retort.cuda.LaunchShape;

import java.util.List;

/**
 * A function of a module that can be launched. It belongs to its module and is never closed. May be
 * used from any thread.
 */
public final class Kernel {
    private final KernelModule module;
    private final DeviceContext context;
    private final CudaModules modules;
    private final String name;
    private final long handle;
    private final Availability<List<Parameter>> parameters;
    private final int maxThreadsPerBlock;
    private final int staticSharedBytes;

    /** How much dynamic shared memory the driver allows now; raised by whoever wants more. */
    private volatile int dynamicSharedBytes;

    private volatile boolean wideClusters;

    /** Made with the context current. */
    Kernel(KernelModule module, String name, long handle) {
        this.module = module;
        this.context = module.context();
        this.modules = context.driver().modules();
        this.name = name;
        this.handle = handle;
        this.parameters =
                switch (context.driver().availability(DriverFeature.KERNEL_PARAMETERS)) {
                    case Available<DriverFeature> _ -> new Available<>(modules.parameters(handle));
                    case Unavailable<DriverFeature>(List<String> why) -> new Unavailable<>(why);
                };
        this.maxThreadsPerBlock =
                modules.attribute(handle, FunctionAttribute.MAX_THREADS_PER_BLOCK);
        this.staticSharedBytes = modules.attribute(handle, FunctionAttribute.SHARED_SIZE_BYTES);
        this.dynamicSharedBytes =
                modules.attribute(handle, FunctionAttribute.MAX_DYNAMIC_SHARED_SIZE_BYTES);
    }

    /**
     * The name in the device code.
     *
     * @return the name
     */
    public String name() {
        return name;
    }

    /**
     * The layout of the parameters.
     *
     * @return offsets and sizes, or why the driver does not tell them
     */
    public Availability<List<Parameter>> parameters() {
        return parameters;
    }

    /**
     * A property that the compiler gave the kernel, such as its registers.
     *
     * @param attribute the property
     * @return its value, in the unit that {@link FunctionAttribute} gives
     */
    public int attribute(FunctionAttribute attribute) {
        module.lifetime().check();
        return context.call(() -> modules.attribute(handle, attribute));
    }

    /**
     * Room for the arguments of launches. It is filled once and changed as often as needed.
     *
     * @return the arguments, none of them set
     * @throws dev.retort.cuda.NotSupportedException when the driver does not tell the layout of the
     *     parameters; {@link #arguments(int...)} then takes it from the caller
     */
    public KernelArguments arguments() {
        return switch (parameters) {
            case Available<List<Parameter>>(List<Parameter> layout) ->
                    new KernelArguments(this, layout);
            case Unavailable<List<Parameter>> _ -> {
                // Asked in vain: this throws the exception that names the missing function.
                yield new KernelArguments(this, modules.parameters(handle));
            }
        };
    }

    /**
     * Room for the arguments of launches, for parameters of sizes that the caller knows. They are
     * compared with the kernel's where the driver tells them.
     *
     * @param sizes the size of each parameter in bytes
     * @return the arguments, none of them set
     * @throws IllegalArgumentException when the kernel has other parameters
     */
    public KernelArguments arguments(int... sizes) {
        List<Parameter> declared = KernelArguments.layout(sizes);
        if (parameters instanceof Available<List<Parameter>>(List<Parameter> layout)) {
            List<Long> found = layout.stream().map(Parameter::bytes).toList();
            List<Long> expected = declared.stream().map(Parameter::bytes).toList();
            if (!found.equals(expected)) {
                throw new IllegalArgumentException(
                        "kernel %s has parameters of %s bytes, not of %s"
                                .formatted(name, found, expected));
            }
            return new KernelArguments(this, layout);
        }
        return new KernelArguments(this, declared);
    }

    /**
     * Launches the kernel in the order of a stream. This does not wait and allocates nothing; the
     * first launch that wants more dynamic shared memory, or larger clusters, than every kernel can
     * have asks the driver for them.
     *
     * @param stream a stream of the same context
     * @param shape grid, block, dynamic shared memory and cluster
     * @param arguments the arguments, all set; they may be changed as soon as the call returns
     * @throws IllegalArgumentException when the launch is beyond a limit of the device or of the
     *     kernel; it names the kernel, the limit and the value
     * @throws IllegalStateException when an argument is not set, or its memory was closed or cannot
     *     be reached from this context
     */
    public void launch(Stream stream, LaunchShape shape, KernelArguments arguments) {
        module.lifetime().check();
        stream.lifetime().checkIn(context);
        check(shape);
        arguments.check(this);
        UsedMemory recorder = stream.recorder();
        if (recorder != null) {
            arguments.recordUse(recorder);
            recorder.add(module.lifetime());
        }
        boolean pushed = context.makeCurrent();
        try {
            allowShared(shape.sharedBytes());
            allowCluster(shape);
            modules.launch(handle, shape, stream.handle(), arguments.pointers());
        } finally {
            if (pushed) {
                context.leave();
            }
        }
    }

    /**
     * How much of a multiprocessor the kernel occupies.
     *
     * @param threadsPerBlock threads of a block
     * @param sharedBytes dynamic shared memory of a block
     * @return the occupancy; without blocks when one does not fit
     */
    public Occupancy occupancy(int threadsPerBlock, int sharedBytes) {
        module.lifetime().check();
        int blocks =
                context.call(
                        () -> {
                            allowShared(sharedBytes);
                            return context.driver()
                                    .occupancy()
                                    .activeBlocksPerMultiprocessor(
                                            handle, threadsPerBlock, sharedBytes);
                        });
        return new Occupancy(
                blocks, threadsPerBlock, context.device().limits().threadsPerMultiprocessor());
    }

    /**
     * The size of a block with which the kernel reaches its highest occupancy.
     *
     * @param sharedBytes dynamic shared memory of a block, whatever its size
     * @return threads of a block, and the fewest blocks that fill the device
     */
    public CudaOccupancy.BlockSize bestBlockSize(int sharedBytes) {
        module.lifetime().check();
        return context.call(
                () -> {
                    allowShared(sharedBytes);
                    return context.driver().occupancy().bestBlockSize(handle, sharedBytes, 0);
                });
    }

    /**
     * How many clusters of a launch the device runs at once.
     *
     * @param shape a launch with clusters
     * @return the number; 0 when a cluster does not fit
     */
    public int activeClusters(LaunchShape shape) {
        module.lifetime().check();
        check(shape);
        return context.call(
                () -> {
                    allowShared(shape.sharedBytes());
                    allowCluster(shape);
                    return context.driver().occupancy().activeClusters(handle, shape);
                });
    }

    private void check(LaunchShape shape) {
        DeviceLimits limits = context.device().limits();
        limits.check(shape, name);
        if (shape.threadsPerBlock() > maxThreadsPerBlock) {
            throw DeviceLimits.beyond(
                    name,
                    "threads of a block of this kernel",
                    shape.threadsPerBlock(),
                    maxThreadsPerBlock);
        }
        if (shape.sharedBytes() > mostSharedBytes()) {
            throw DeviceLimits.beyond(
                    name, "bytes of dynamic shared memory", shape.sharedBytes(), mostSharedBytes());
        }
        if (shape.blocksPerCluster() > DeviceLimits.MOST_CLUSTER_BLOCKS) {
            throw DeviceLimits.beyond(
                    name,
                    "blocks of a cluster",
                    shape.blocksPerCluster(),
                    DeviceLimits.MOST_CLUSTER_BLOCKS);
        }
    }

    private int mostSharedBytes() {
        return context.device().limits().sharedBytesPerBlockOptIn() - staticSharedBytes;
    }

    /**
     * Asks the driver for more dynamic shared memory than every kernel can have, without which it
     * neither launches such blocks nor counts them. What no block can have is left as it is.
     */
    private void allowShared(int bytes) {
        if (bytes > dynamicSharedBytes && bytes <= mostSharedBytes()) {
            raiseShared(bytes);
        }
    }

    /** One at a time, so that the smaller of two wishes does not undo the larger. */
    private synchronized void raiseShared(int bytes) {
        if (bytes > dynamicSharedBytes) {
            modules.setAttribute(handle, FunctionAttribute.MAX_DYNAMIC_SHARED_SIZE_BYTES, bytes);
            dynamicSharedBytes = bytes;
        }
    }

    private void allowCluster(LaunchShape shape) {
        if (!wideClusters && shape.blocksPerCluster() > DeviceLimits.PORTABLE_CLUSTER_BLOCKS) {
            modules.setAttribute(handle, FunctionAttribute.NON_PORTABLE_CLUSTER_SIZE_ALLOWED, 1);
            wideClusters = true;
        }
    }

    DeviceContext context() {
        return context;
    }

    /** {@return the name of the kernel} */
    @Override
    public String toString() {
        return "kernel " + name;
    }
}
