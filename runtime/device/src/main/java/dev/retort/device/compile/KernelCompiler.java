package dev.retort.device.compile;

import dev.retort.cuda.Availability;
import dev.retort.cuda.Availability.Available;
import dev.retort.cuda.Availability.Unavailable;
import dev.retort.cuda.CudaLibrary;
import dev.retort.cuda.CudaVersion;
import dev.retort.cuda.Nvrtc;
import dev.retort.cuda.Nvrtc.Compilation;
import dev.retort.device.gpu.ComputeCapability;
import dev.retort.device.gpu.Device;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Compiles CUDA C++ and keeps the result in a {@link CodeCache}. May be used from any thread; a
 * compilation takes tens of milliseconds and more, a hit in the cache a fraction of one.
 */
public final class KernelCompiler {
    private static final Pattern ARCHITECTURE = Pattern.compile("(compute|sm)_\\d{2,3}[af]?");

    private final Backend backend;
    private final CudaVersion version;
    private final CodeCache cache;

    /** The compiler itself; a seam for tests, which may have none. */
    @FunctionalInterface
    interface Backend {
        /**
         * Compiles.
         *
         * @param source the program
         * @param options its options with the architecture
         * @return the code
         */
        Compilation compile(KernelSource source, List<String> options);
    }

    /**
     * @param backend compiles what the cache does not have
     * @param version the version of CUDA whose compiler it is, a part of the cache's key
     * @param cache where results are kept
     */
    KernelCompiler(Backend backend, CudaVersion version, CodeCache cache) {
        this.backend = Objects.requireNonNull(backend, "backend is null");
        this.version = Objects.requireNonNull(version, "version is null");
        this.cache = Objects.requireNonNull(cache, "cache is null");
    }

    /**
     * Finds NVRTC.
     *
     * @param cache where results are kept
     * @return the compiler, or why there is none; never an exception
     */
    public static Availability<KernelCompiler> probe(CodeCache cache) {
        return switch (Nvrtc.probe()) {
            case Unavailable<Nvrtc>(List<String> reasons) -> new Unavailable<>(reasons);
            case Available<Nvrtc>(Nvrtc nvrtc) ->
                    new Available<>(
                            new KernelCompiler(
                                    (source, options) ->
                                            nvrtc.compile(
                                                    source.text(),
                                                    source.fileName(),
                                                    options,
                                                    source.nameExpressions()),
                                    nvrtc.version(),
                                    cache));
        };
    }

    /**
     * Compiles a program for a device, as {@link #compile(KernelSource, String)} does: to PTX, or
     * to machine code where the device's driver is older than the compiler and refuses its PTX.
     *
     * @param source the program
     * @param device where the code will be loaded
     * @return the code
     * @throws dev.retort.cuda.CudaException with the compiler's log in its text when the program is
     *     not accepted
     * @throws IllegalStateException when the driver takes no code of this compiler, which is of a
     *     newer major version
     */
    public CompiledCode compile(KernelSource source, Device device) {
        return compile(source, architecture(device.computeCapability(), device.cudaVersion()));
    }

    private String architecture(ComputeCapability capability, CudaVersion driver) {
        if (version.compareTo(driver) <= 0) {
            return capability.virtualArchitecture();
        }
        if (version.major() == driver.major()) {
            // PTX may be of a language version that the driver does not know; machine code is
            // compatible within a major version.
            return capability.realArchitecture();
        }
        throw new IllegalStateException(
                "the driver supports CUDA %s and takes no code of %s: update the driver, or name a %s"
                                .formatted(driver, this, "libnvrtc.so." + driver.major())
                        + " by the system property "
                        + CudaLibrary.NVRTC.property());
    }

    /**
     * Compiles a program, or takes the code from the cache when the same text was compiled with the
     * same options, names, architecture and compiler before. A program whose options name include
     * folders or files is compiled each time, because those files may have changed.
     *
     * @param source the program
     * @param architecture {@code compute_80} for PTX, which runs on that and every newer
     *     generation, or {@code sm_80} for machine code, which needs no further compilation
     * @return the code
     * @throws dev.retort.cuda.CudaException with the compiler's log in its text when the program is
     *     not accepted
     * @throws IllegalArgumentException when the architecture has another form
     */
    public CompiledCode compile(KernelSource source, String architecture) {
        if (!ARCHITECTURE.matcher(architecture).matches()) {
            throw new IllegalArgumentException(
                    "expected an architecture such as compute_80 or sm_90a, found " + architecture);
        }
        List<String> options = new ArrayList<>(source.options());
        options.add("--gpu-architecture=" + architecture);
        if (source.readsOtherFiles()) {
            return compiled(source, options);
        }
        CacheKey key = CacheKey.of(source, options, toString());
        Optional<CompiledCode> known = cache.find(key);
        return known.orElseGet(
                () -> {
                    CompiledCode made = compiled(source, options);
                    cache.keep(key, made);
                    return made;
                });
    }

    private CompiledCode compiled(KernelSource source, List<String> options) {
        Compilation made = backend.compile(source, options);
        return new CompiledCode(made.image(), made.loweredNames(), made.log(), false);
    }

    /** {@return the compiler's name and version} */
    @Override
    public String toString() {
        return "NVRTC " + version;
    }
}
