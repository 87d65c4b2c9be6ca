package dev.retort.torch;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.engine.StandardCapabilities;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.SymbolBlock;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterServer;
import ai.djl.training.optimizer.Optimizer;

import dev.retort.cuda.Availability;
import dev.retort.cuda.Availability.Available;
import dev.retort.cuda.Availability.Unavailable;
import dev.retort.torch.abi.Blas;
import dev.retort.torch.abi.CallStack;
import dev.retort.torch.abi.HostAllocator;
import dev.retort.torch.abi.Libtorch;
import dev.retort.torch.abi.Settings;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * The DJL engine on libtorch's C ABI.
 *
 * <p>It may be used from any thread, virtual ones too. The recording of gradients is off on every
 * thread until a gradient collector is opened there. The system property {@code
 * dev.retort.torch.threads} sets how many threads one operator may use, and {@code
 * dev.retort.torch.blas} ({@code mkl} or {@code openblas}) which of JavaCPP's libraries of linear
 * algebra is used if both are on the class path: by default OpenBLAS for one or two threads on
 * AMD's Zen 5, where it is faster, and MKL elsewhere.
 */
public final class TorchEngine extends Engine {
    /** The name by which DJL knows the engine. */
    public static final String NAME = "Retort";

    /** Before DJL's PyTorch engine, which has 2: where both are on the class path, this is used. */
    static final int RANK = 1;

    private final Libtorch libtorch;
    private final int gpus;

    private TorchEngine(Libtorch libtorch) {
        this.libtorch = libtorch;
        gpus = libtorch.cuda() ? Settings.gpus() : 0;
    }

    /** Finds and loads libtorch. */
    static TorchEngine load() {
        Libtorch libtorch = requireLibtorch();
        HostAllocator.keepFreedMemory();
        CallStack.enter();
        Settings.leaveOutNnpack();
        Integer threads = Integer.getInteger(Libtorch.THREADS);
        if (threads != null) {
            Settings.setThreads(threads);
        }
        return new TorchEngine(libtorch);
    }

    /**
     * The libtorch that the engine uses or would use, or why there is none.
     *
     * @return where it is, its version and its BLAS; asking loads it
     */
    public static Availability<Libtorch> libtorch() {
        return Libtorch.probe();
    }

    /** The libtorch, or an exception that says what is missing. */
    static Libtorch requireLibtorch() {
        return switch (Libtorch.probe()) {
            case Available<Libtorch>(Libtorch found) -> found;
            case Unavailable<Libtorch>(List<String> reasons) ->
                    throw new NoLibtorchException(reasons);
        };
    }

    @Override
    public @Nullable Engine getAlternativeEngine() {
        return null;
    }

    @Override
    public String getEngineName() {
        return NAME;
    }

    @Override
    public int getRank() {
        return RANK;
    }

    @Override
    public String getVersion() {
        return libtorch.version().toString();
    }

    @Override
    public boolean hasCapability(String capability) {
        return switch (capability) {
            case StandardCapabilities.CUDA, StandardCapabilities.CUDNN -> libtorch.cuda();
            case StandardCapabilities.MKL -> libtorch.location().blas() != Blas.OPENBLAS;
            case StandardCapabilities.MKLDNN, "OPENMP" -> true;
            default -> false;
        };
    }

    /**
     * {@inheritDoc} It is libtorch's count: DJL asks the CUDA runtime on the loader's path, where
     * that of a Python package is not.
     */
    @Override
    public int getGpuCount() {
        return gpus;
    }

    @Override
    public Device defaultDevice() {
        return gpus > 0 ? Device.gpu() : Device.cpu();
    }

    @Override
    public SymbolBlock newSymbolBlock(NDManager manager) {
        throw new UnsupportedOperationException(
                "the engine "
                        + NAME
                        + " cannot run TorchScript: libtorch's C ABI has no function for it; build"
                        + " the network of DJL's blocks and load its parameters");
    }

    @Override
    public Model newModel(String name, @Nullable Device device) {
        return new TorchModel(name, device);
    }

    @Override
    public NDManager newBaseManager() {
        return TorchManager.system().newSubManager();
    }

    @Override
    public NDManager newBaseManager(@Nullable Device device) {
        return TorchManager.system().newSubManager(device);
    }

    @Override
    public GradientCollector newGradientCollector() {
        return new TorchGradientCollector();
    }

    @Override
    public ParameterServer newParameterServer(Optimizer optimizer) {
        return optimizer instanceof FusedOptimizer fused
                ? new FusedParameterServer(fused)
                : super.newParameterServer(optimizer);
    }

    /** {@inheritDoc} Seeds the generators of the CPU and of all GPUs. */
    @Override
    public void setRandomSeed(int seed) {
        super.setRandomSeed(seed);
        Settings.setSeed(seed);
        for (int gpu = 0; gpu < gpus; gpu++) {
            Settings.setGpuSeed(gpu, seed);
        }
    }

    @Override
    public String toString() {
        return NAME
                + ":"
                + getVersion()
                + ", libtorch in "
                + libtorch.location().folder()
                + " ("
                + libtorch.location().origin().label()
                + "), BLAS "
                + libtorch.location().blas().label()
                + ", "
                + Settings.threads()
                + " threads, "
                + (libtorch.cuda() ? "with CUDA" : "CPU only");
    }
}
