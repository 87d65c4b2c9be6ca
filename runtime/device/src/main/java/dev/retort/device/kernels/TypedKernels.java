package dev.retort.device.kernels;

import dev.retort.cuda.KernelPtx;
import dev.retort.cuda.LaunchShape;
import dev.retort.device.gpu.DeviceContext;
import dev.retort.device.gpu.Kernel;
import dev.retort.device.gpu.KernelArguments;
import dev.retort.device.gpu.KernelModule;
import dev.retort.device.gpu.Stream;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;

/** A loaded module and, for each of its kernels that was launched, room for the arguments. */
final class TypedKernels implements AutoCloseable {
    private final KernelModule module;

    private TypedKernels(KernelModule module) {
        this.module = module;
    }

    static TypedKernels load(DeviceContext context, KernelPtx ptx) {
        int computeMajor = context.device().computeCapability().major();
        return new TypedKernels(context.load(ptx.ptx(computeMajor)));
    }

    DeviceContext context() {
        return module.context();
    }

    /** A kernel for one type of element, with the sizes of its parameters in bytes. */
    Launcher kernel(String name, int... parameterBytes) {
        Kernel kernel = module.kernel(name);
        return new Launcher(kernel, kernel.arguments(parameterBytes));
    }

    /** The same kernel for all types of element. */
    Map<ElementType, Launcher> kernels(String prefix, int... parameterBytes) {
        Map<ElementType, Launcher> kernels = new EnumMap<>(ElementType.class);
        for (ElementType type : ElementType.values()) {
            kernels.put(type, kernel(prefix + "_" + type.suffix(), parameterBytes));
        }
        return kernels;
    }

    @Override
    public void close() {
        module.close();
    }

    /** A kernel with its arguments, which one thread at a time may fill. */
    record Launcher(Kernel kernel, KernelArguments arguments) {
        void launch(Stream stream, LaunchShape shape, Consumer<KernelArguments> fill) {
            synchronized (arguments) {
                fill.accept(arguments);
                kernel.launch(stream, shape, arguments);
            }
        }
    }
}
