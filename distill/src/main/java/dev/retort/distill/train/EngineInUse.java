package dev.retort.distill.train;

import static java.util.Objects.requireNonNull;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;

import dev.retort.cuda.Availability;
import dev.retort.torch.TorchEngine;
import dev.retort.torch.abi.Libtorch;
import dev.retort.torch.abi.Settings;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * The engine that computes, as far as it decides the last bits of what comes out. The processor
 * decides them too, and is not part of it: bits are promised on one machine alone.
 *
 * @param name the name by which DJL knows the engine
 * @param version the version of its library
 * @param blas the library of linear algebra in words; empty where the engine has only one
 * @param threads how many threads one operator may use; empty for an engine that does not tell
 */
public record EngineInUse(String name, String version, Optional<String> blas, OptionalInt threads) {
    private static final String RETORT = TorchEngine.NAME;
    private static final String PYTORCH = "PyTorch";

    /** Checks the components. */
    public EngineInUse {
        requireNonNull(name, "name is null");
        requireNonNull(version, "version is null");
        requireNonNull(blas, "blas is null");
        requireNonNull(threads, "threads is null");
    }

    /**
     * What an engine is like in this process.
     *
     * @param engine the engine
     * @return its name, its version and what it computes with
     */
    public static EngineInUse of(Engine engine) {
        String name = engine.getEngineName();
        OptionalInt threads =
                switch (name) {
                    case RETORT -> OptionalInt.of(OfRetort.threads());
                    case PYTORCH -> OptionalInt.of(JniUtils.getNumThreads());
                    default -> OptionalInt.empty();
                };
        return new EngineInUse(
                name,
                engine.getVersion(),
                name.equals(RETORT) ? OfRetort.blas() : Optional.empty(),
                threads);
    }

    /** Apart, since the engine need not be on the class path of whoever uses another. */
    private static final class OfRetort {
        static int threads() {
            return Settings.threads();
        }

        static Optional<String> blas() {
            return TorchEngine.libtorch()
                            instanceof Availability.Available<Libtorch>(Libtorch found)
                    ? Optional.of(found.location().blas().label())
                    : Optional.empty();
        }
    }

    /**
     * The engine for a person; the version is that of libtorch, whichever engine calls it.
     *
     * @return for example {@code Retort's engine on libtorch 2.13.0, BLAS MKL (org.bytedeco:mkl)}
     */
    public String words() {
        String engine = name.equals(RETORT) ? "Retort's engine on libtorch" : name;
        return engine + " " + version + blas.map(library -> ", BLAS " + library).orElse("");
    }

    /**
     * What a checkpoint must say of the engine, by what it is called. On a GPU neither the threads
     * nor the library of the processor decide a bit.
     *
     * @param device where the training is
     */
    Map<String, String> identity(Device device) {
        Map<String, String> identity = new TreeMap<>();
        identity.put("engine", name + " " + version);
        if (!device.isGpu()) {
            blas.ifPresent(library -> identity.put("BLAS", library));
            threads.ifPresent(
                    count -> identity.put("threads of an operator", Integer.toString(count)));
        }
        return identity;
    }
}
