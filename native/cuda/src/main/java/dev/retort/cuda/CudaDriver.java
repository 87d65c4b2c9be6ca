package dev.retort.cuda;

import dev.retort.cuda.Availability.Available;
import dev.retort.cuda.Availability.Unavailable;
import dev.retort.cuda.ffi.driver.cuda_h;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * The CUDA driver of this machine, loaded and initialised: checked calls on raw handles.
 *
 * <p>Handles are {@code long}s as the driver returns them. Nothing here owns one: whoever creates a
 * handle destroys it, once, and a handle that does not exist is undefined behaviour in the driver.
 * Types that own handles are made above this module.
 *
 * <p>All methods may be called from any thread. Most act on the context that is current on the
 * calling thread, see {@link CudaContexts}; none of them makes one current by itself. Each throws
 * {@link CudaException} when the driver reports a failure and {@link NotSupportedException} when
 * the driver has no such function.
 */
public final class CudaDriver {
    private static final Object LOCK = new Object();
    private static @Nullable Availability<CudaDriver> probed;

    private final LoadedLibrary library;
    private final Features<DriverFeature> features;
    private final CudaVersion version;
    private final CudaDevices devices;
    private final CudaContexts contexts;
    private final CudaMemory memory;
    private final CudaStreams streams;
    private final CudaEvents events;
    private final CudaModules modules;
    private final CudaGraphs graphs;
    private final CudaPools pools;
    private final CudaPeers peers;
    private final CudaOccupancy occupancy;

    private CudaDriver(LoadedLibrary library, Features<DriverFeature> features) {
        this.library = library;
        this.features = features;
        this.version = readVersion();
        this.devices = new CudaDevices(features);
        this.contexts = new CudaContexts(features);
        this.memory = new CudaMemory(features);
        this.streams = new CudaStreams(features);
        this.events = new CudaEvents(features);
        this.modules = new CudaModules(features);
        this.graphs = new CudaGraphs(features);
        this.pools = new CudaPools(features);
        this.peers = new CudaPeers(features);
        this.occupancy = new CudaOccupancy(features);
    }

    /**
     * Finds the driver, loads and initialises it. The first call does the work, under a lock; later
     * calls return the same answer.
     *
     * @return the driver, or why this machine has none that works; never an exception
     */
    public static Availability<CudaDriver> probe() {
        synchronized (LOCK) {
            Availability<CudaDriver> known = probed;
            if (known == null) {
                known =
                        switch (CudaLibrary.DRIVER.probe()) {
                            case Available<LoadedLibrary>(LoadedLibrary library) ->
                                    initialise(library);
                            case Unavailable<LoadedLibrary>(List<String> reasons) ->
                                    new Unavailable<>(reasons);
                        };
                probed = known;
            }
            return known;
        }
    }

    static Availability<CudaDriver> initialise(LoadedLibrary library) {
        Features<DriverFeature> features =
                new Features<>(
                        CudaLibrary.DRIVER,
                        DriverFeature.class,
                        symbol -> LibraryLoader.symbol(symbol).isPresent());
        if (features.availability(DriverFeature.DEVICES)
                instanceof Unavailable(List<String> reasons)) {
            return new Unavailable<>(reasons);
        }
        int code = cuda_h.cuInit(0);
        if (code != 0) {
            return new Unavailable<>(
                    library.file() + ": " + DriverErrors.failure(code, "cuInit", "").message());
        }
        try {
            return new Available<>(new CudaDriver(library, features));
        } catch (CudaException e) {
            return new Unavailable<>(library.file() + ": " + e.getMessage());
        }
    }

    private static CudaVersion readVersion() {
        MemorySegment out = Scratch.segment();
        DriverErrors.check(cuda_h.cuDriverGetVersion(out), "cuDriverGetVersion");
        return CudaVersion.ofEncoded(out.get(ValueLayout.JAVA_INT, 0));
    }

    /**
     * The library behind this driver.
     *
     * @return its file and where it was found
     */
    public LoadedLibrary library() {
        return library;
    }

    /**
     * The newest CUDA version that the driver supports. It is not the version of the driver itself,
     * which {@link Nvml#driverVersion()} tells.
     *
     * @return the version
     */
    public CudaVersion version() {
        return version;
    }

    /**
     * Whether the installed driver has the functions of a feature. A device may still not support
     * it.
     *
     * @param feature the feature
     * @return the feature, or which function is missing
     */
    public Availability<DriverFeature> availability(DriverFeature feature) {
        return features.availability(feature);
    }

    /** {@return the calls about devices} */
    public CudaDevices devices() {
        return devices;
    }

    /** {@return the calls about contexts} */
    public CudaContexts contexts() {
        return contexts;
    }

    /** {@return the calls about memory} */
    public CudaMemory memory() {
        return memory;
    }

    /** {@return the calls about streams} */
    public CudaStreams streams() {
        return streams;
    }

    /** {@return the calls about events} */
    public CudaEvents events() {
        return events;
    }

    /** {@return the calls about modules and kernel functions} */
    public CudaModules modules() {
        return modules;
    }

    /** {@return the calls about graphs} */
    public CudaGraphs graphs() {
        return graphs;
    }

    /** {@return the calls about memory pools} */
    public CudaPools pools() {
        return pools;
    }

    /** {@return the calls about access between devices} */
    public CudaPeers peers() {
        return peers;
    }

    /** {@return the calls about the occupancy of a device} */
    public CudaOccupancy occupancy() {
        return occupancy;
    }
}
