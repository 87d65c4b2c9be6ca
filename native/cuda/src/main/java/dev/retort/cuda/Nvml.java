package dev.retort.cuda;

import dev.retort.cuda.Availability.Available;
import dev.retort.cuda.Availability.Unavailable;
import dev.retort.cuda.ffi.nvml.nvmlPciInfo_st;
import dev.retort.cuda.ffi.nvml.nvml_h;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * NVIDIA's management library, initialised: checked calls on raw device handles.
 *
 * <p>NVML counts its initialisations, so every {@link #open()} is one user of its own and is paired
 * with one {@link #close()}. Device handles are {@code long}s that belong to the library. NVML sees
 * all devices of the machine or container, also those that {@code CUDA_VISIBLE_DEVICES} hides, and
 * its index is not the driver's ordinal: match devices by UUID or PCI address.
 *
 * <p>All methods may be called from any thread; the driver handles one call at a time. A call may
 * block for milliseconds. Each throws {@link CudaException} when NVML reports a failure, {@link
 * NotSupportedException} when the device or the library does not have what was asked for, and
 * {@link IllegalStateException} after {@link #close()}.
 */
public final class Nvml implements AutoCloseable {
    private static final int TEXT_BYTES = 96;

    private final LoadedLibrary library;
    private final Features<NvmlFeature> features;
    private final NvmlCalls calls;
    private final NvmlSensors sensors;
    private final NvmlProcesses processes;
    private final NvmlMig mig;
    private final NvmlLinks links;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Nvml(LoadedLibrary library, Features<NvmlFeature> features) {
        this.library = library;
        this.features = features;
        this.calls = new NvmlCalls(features);
        this.sensors = new NvmlSensors(this, calls);
        this.processes = new NvmlProcesses(this, calls);
        this.mig = new NvmlMig(this, calls);
        this.links = new NvmlLinks(this, calls);
    }

    /**
     * Finds the library, loads it if it is not yet loaded, and initialises it once more.
     *
     * @return NVML, to be closed by the caller, or why this machine has none that works; never an
     *     exception
     */
    public static Availability<Nvml> open() {
        return switch (CudaLibrary.NVML.probe()) {
            case Available<LoadedLibrary>(LoadedLibrary library) -> initialise(library);
            case Unavailable<LoadedLibrary>(List<String> reasons) -> new Unavailable<>(reasons);
        };
    }

    private static Availability<Nvml> initialise(LoadedLibrary library) {
        Features<NvmlFeature> features =
                new Features<>(
                        CudaLibrary.NVML,
                        NvmlFeature.class,
                        symbol -> LibraryLoader.symbol(symbol).isPresent());
        if (features.availability(NvmlFeature.DEVICES)
                instanceof Unavailable(List<String> reasons)) {
            return new Unavailable<>(reasons);
        }
        Nvml nvml = new Nvml(library, features);
        int code = nvml_h.nvmlInit_v2();
        return code == 0
                ? new Available<>(nvml)
                : new Unavailable<>(
                        library.file() + ": " + NvmlErrors.failure(code, "nvmlInit_v2").message());
    }

    /**
     * The library behind this object.
     *
     * @return its file and where it was found
     */
    public LoadedLibrary library() {
        return library;
    }

    /**
     * Whether the installed library has the functions of a feature. A device may still not support
     * it.
     *
     * @param feature the feature
     * @return the feature, or which function is missing
     */
    public Availability<NvmlFeature> availability(NvmlFeature feature) {
        return features.availability(feature);
    }

    /** {@return the readings of devices} */
    public NvmlSensors sensors() {
        return sensors;
    }

    /** {@return the processes that use devices} */
    public NvmlProcesses processes() {
        return processes;
    }

    /** {@return the instances of GPUs in MIG mode} */
    public NvmlMig mig() {
        return mig;
    }

    /** {@return the NVLinks of devices} */
    public NvmlLinks links() {
        return links;
    }

    /**
     * What reads one device again and again.
     *
     * @param device the device
     * @return the reader, for one thread
     */
    public NvmlReader reader(long device) {
        return new NvmlReader(this, calls, device);
    }

    /**
     * What reads many counters of one device by one call.
     *
     * @param device the device
     * @param fields the counters, at least one
     * @return the fields, for one thread
     */
    public NvmlFieldValues fieldValues(long device, List<NvmlField> fields) {
        return new NvmlFieldValues(this, calls, device, fields);
    }

    /**
     * What measures the activity of a device.
     *
     * @param device the device
     * @param metrics what to measure, at least one metric
     * @return the activity, to be closed by the caller before this, or why there is none
     */
    public Availability<NvmlGpm> gpm(long device, List<GpmMetric> metrics) {
        checkOpen();
        return NvmlGpm.open(this, features, device, OptionalInt.empty(), metrics, System::nanoTime);
    }

    /**
     * What measures the activity of one MIG instance.
     *
     * @param device the GPU, not the instance
     * @param gpuInstance the number of the GPU instance; when another instance takes the number
     *     over, this must be closed and opened anew
     * @param metrics what to measure, at least one metric
     * @return the activity, to be closed by the caller before this, or why there is none
     */
    public Availability<NvmlGpm> gpm(long device, int gpuInstance, List<GpmMetric> metrics) {
        checkOpen();
        return NvmlGpm.open(
                this, features, device, OptionalInt.of(gpuInstance), metrics, System::nanoTime);
    }

    /**
     * The critical errors of a device, from now on.
     *
     * @param device the device
     * @return the events, to be closed by the caller before this, or why there are none
     */
    public Availability<NvmlEvents> events(long device) {
        checkOpen();
        return NvmlEvents.open(this, features, device);
    }

    /**
     * The version of the installed driver.
     *
     * @return for example {@code 580.65.06}
     */
    public String driverVersion() {
        checkOpen();
        MemorySegment out = Scratch.segment();
        NvmlErrors.check(
                nvml_h.nvmlSystemGetDriverVersion(out, TEXT_BYTES), "nvmlSystemGetDriverVersion");
        return out.getString(0);
    }

    /**
     * The version of NVML itself.
     *
     * @return for example {@code 13.580.65.06}
     */
    public String libraryVersion() {
        checkOpen();
        MemorySegment out = Scratch.segment();
        NvmlErrors.check(
                nvml_h.nvmlSystemGetNVMLVersion(out, TEXT_BYTES), "nvmlSystemGetNVMLVersion");
        return out.getString(0);
    }

    /**
     * How many devices there are.
     *
     * @return the number, 0 or more
     */
    public int deviceCount() {
        checkOpen();
        MemorySegment out = Scratch.segment();
        NvmlErrors.check(nvml_h.nvmlDeviceGetCount_v2(out), "nvmlDeviceGetCount_v2");
        return out.get(ValueLayout.JAVA_INT, 0);
    }

    /**
     * The device with an index.
     *
     * @param index from 0 to {@link #deviceCount()} − 1; not the driver's ordinal
     * @return the device's handle
     */
    public long deviceByIndex(int index) {
        checkOpen();
        MemorySegment out = Scratch.segment();
        NvmlErrors.check(
                nvml_h.nvmlDeviceGetHandleByIndex_v2(index, out), "nvmlDeviceGetHandleByIndex_v2");
        return out.get(ValueLayout.JAVA_LONG, 0);
    }

    /**
     * The device with a UUID.
     *
     * @param uuid as {@link #uuid} writes it, with {@code GPU-} or {@code MIG-} before it
     * @return the device's handle
     */
    public long deviceByUuid(String uuid) {
        checkOpen();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = Scratch.segment();
            NvmlErrors.check(
                    nvml_h.nvmlDeviceGetHandleByUUID(arena.allocateFrom(uuid), out),
                    "nvmlDeviceGetHandleByUUID");
            return out.get(ValueLayout.JAVA_LONG, 0);
        }
    }

    /**
     * The product name.
     *
     * @param device the device
     * @return for example {@code NVIDIA H200}
     */
    public String name(long device) {
        checkOpen();
        MemorySegment out = Scratch.segment();
        NvmlErrors.check(
                nvml_h.nvmlDeviceGetName(MemorySegment.ofAddress(device), out, TEXT_BYTES),
                "nvmlDeviceGetName");
        return out.getString(0);
    }

    /**
     * The identity of the device.
     *
     * @param device the device
     * @return {@code GPU-} or {@code MIG-} and a UUID; the driver has the same value without the
     *     prefix
     */
    public String uuid(long device) {
        checkOpen();
        MemorySegment out = Scratch.segment();
        NvmlErrors.check(
                nvml_h.nvmlDeviceGetUUID(MemorySegment.ofAddress(device), out, TEXT_BYTES),
                "nvmlDeviceGetUUID");
        return out.getString(0);
    }

    /**
     * Where the device sits.
     *
     * @param device the device
     * @return its PCI address
     */
    public PciAddress pciAddress(long device) {
        checkOpen();
        MemorySegment out = Scratch.segment();
        NvmlErrors.check(
                nvml_h.nvmlDeviceGetPciInfo_v3(MemorySegment.ofAddress(device), out),
                "nvmlDeviceGetPciInfo_v3");
        return PciAddress.parse(nvmlPciInfo_st.busId(out).getString(0));
    }

    /**
     * Ends this use of NVML. A second call does nothing. A call of another thread that is under way
     * may fail with {@code NVML_ERROR_UNINITIALIZED}.
     */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            NvmlErrors.check(nvml_h.nvmlShutdown(), "nvmlShutdown");
        }
    }

    void checkOpen() {
        if (closed.get()) {
            throw new IllegalStateException("this NVML is closed");
        }
    }
}
