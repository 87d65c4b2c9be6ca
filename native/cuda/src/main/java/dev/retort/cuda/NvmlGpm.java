package dev.retort.cuda;

import dev.retort.cuda.Availability.Available;
import dev.retort.cuda.Availability.Unavailable;
import dev.retort.cuda.ffi.nvml.nvmlGpmMetric_t;
import dev.retort.cuda.ffi.nvml.nvmlGpmMetricsGet_t;
import dev.retort.cuda.ffi.nvml.nvmlGpmSupport_t;
import dev.retort.cuda.ffi.nvml.nvml_h;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.LongSupplier;

/**
 * The activity of a device, or of one MIG instance of it, between two samples (GPM), again and
 * again, without allocation.
 *
 * <p>The driver refreshes the counters about every 100 ms, so {@link #sample()} asks it no sooner.
 * On virtual devices the driver may announce support and yet fail at the first sample: support is
 * what a sample shows.
 *
 * <p>Not thread-safe. Owns two samples of the driver; {@link #close()} gives them back, while NVML
 * is open.
 */
public final class NvmlGpm implements AutoCloseable {
    /** The shortest time between two samples that differ. */
    static final long SHORTEST_INTERVAL_NANOS = 100_000_000;

    /**
     * The struct grew with the number of known metrics (98, 210, 333) while its version stayed 1,
     * and a driver may touch all of the one it knows: there is room for three times as many.
     */
    static final int METRIC_ROOM = 1024;

    private static final int UNTOUCHED = -1;

    private final Nvml nvml;
    private final MemorySegment device;
    private final OptionalInt gpuInstance;
    private final List<GpmMetric> metrics;
    private final LongSupplier nanoClock;
    private final MemorySegment request;
    private final MemorySegment[] values;
    private MemorySegment older;
    private MemorySegment newer;
    private int samples;
    private long sampledAt;
    private boolean closed;

    private NvmlGpm(
            Nvml nvml,
            long device,
            OptionalInt gpuInstance,
            List<GpmMetric> metrics,
            LongSupplier nanoClock,
            MemorySegment older,
            MemorySegment newer) {
        this.nvml = nvml;
        this.device = MemorySegment.ofAddress(device);
        this.gpuInstance = gpuInstance;
        this.metrics = List.copyOf(metrics);
        this.nanoClock = nanoClock;
        this.older = older;
        this.newer = newer;
        request =
                Arena.ofAuto()
                        .allocate(
                                nvmlGpmMetricsGet_t.metrics$offset()
                                        + METRIC_ROOM * nvmlGpmMetric_t.sizeof(),
                                Long.BYTES);
        values = new MemorySegment[metrics.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] =
                    request.asSlice(
                            nvmlGpmMetricsGet_t.metrics$offset() + i * nvmlGpmMetric_t.sizeof(),
                            nvmlGpmMetric_t.sizeof());
        }
    }

    static Availability<NvmlGpm> open(
            Nvml nvml,
            Features<NvmlFeature> features,
            long device,
            OptionalInt gpuInstance,
            List<GpmMetric> metrics,
            LongSupplier nanoClock) {
        if (metrics.isEmpty()) {
            throw new IllegalArgumentException("at least one metric is needed, were 0");
        }
        NvmlFeature needed =
                gpuInstance.isPresent() ? NvmlFeature.GPM_OF_INSTANCE : NvmlFeature.GPM;
        for (NvmlFeature feature : List.of(NvmlFeature.GPM, needed)) {
            if (features.availability(feature) instanceof Unavailable(List<String> reasons)) {
                return new Unavailable<>(reasons);
            }
        }
        try {
            if (!supported(device)) {
                return new Unavailable<>("the device has no GPM, which came with Hopper");
            }
            MemorySegment first = allocateSample();
            try {
                return new Available<>(
                        new NvmlGpm(
                                nvml,
                                device,
                                gpuInstance,
                                metrics,
                                nanoClock,
                                first,
                                allocateSample()));
            } catch (CudaException failed) {
                nvml_h.nvmlGpmSampleFree(first);
                throw failed;
            }
        } catch (CudaException failed) {
            return new Unavailable<>(String.valueOf(failed.getMessage()));
        }
    }

    private static boolean supported(long device) {
        MemorySegment support = Scratch.segment();
        nvmlGpmSupport_t.version(support, nvml_h.NVML_GPM_SUPPORT_VERSION());
        NvmlErrors.check(
                nvml_h.nvmlGpmQueryDeviceSupport(MemorySegment.ofAddress(device), support),
                "nvmlGpmQueryDeviceSupport");
        return nvmlGpmSupport_t.isSupportedDevice(support) != 0;
    }

    private static MemorySegment allocateSample() {
        MemorySegment out = Scratch.segment();
        NvmlErrors.check(nvml_h.nvmlGpmSampleAlloc(out), "nvmlGpmSampleAlloc");
        return MemorySegment.ofAddress(out.get(ValueLayout.JAVA_LONG, 0));
    }

    /** {@return the metrics, in the order of their indices} */
    public List<GpmMetric> metrics() {
        return metrics;
    }

    /**
     * Takes a sample and compares it with the one before.
     *
     * @return {@link NvmlStatus#SUCCESS} when there are values, each with its own {@link
     *     #status(int)}; {@link NvmlStatus#NOT_READY} for the first sample, and for one that comes
     *     less than 100 ms after the one before, which is not taken
     * @throws IllegalStateException if this or NVML was closed
     */
    public NvmlStatus sample() {
        checkOpen();
        long now = nanoClock.getAsLong();
        if (samples > 0 && now - sampledAt < SHORTEST_INTERVAL_NANOS) {
            return NvmlStatus.NOT_READY;
        }
        // The older sample is overwritten only after the newer one has become the older.
        NvmlStatus status = NvmlStatus.of(get(older));
        if (status != NvmlStatus.SUCCESS) {
            samples = 0;
            return status;
        }
        MemorySegment taken = older;
        older = newer;
        newer = taken;
        sampledAt = now;
        samples = Math.min(samples + 1, 2);
        return samples < 2 ? NvmlStatus.NOT_READY : compare();
    }

    private int get(MemorySegment sample) {
        return gpuInstance.isPresent()
                ? nvml_h.nvmlGpmMigSampleGet(device, gpuInstance.getAsInt(), sample)
                : nvml_h.nvmlGpmSampleGet(device, sample);
    }

    private NvmlStatus compare() {
        nvmlGpmMetricsGet_t.version(request, nvml_h.NVML_GPM_METRICS_GET_VERSION());
        nvmlGpmMetricsGet_t.numMetrics(request, values.length);
        nvmlGpmMetricsGet_t.sample1(request, older);
        nvmlGpmMetricsGet_t.sample2(request, newer);
        for (int i = 0; i < values.length; i++) {
            nvmlGpmMetric_t.metricId(values[i], metrics.get(i).id());
            nvmlGpmMetric_t.nvmlReturn(values[i], UNTOUCHED);
        }
        return NvmlStatus.of(nvml_h.nvmlGpmMetricsGet(request));
    }

    /**
     * How the latest successful comparison ended for one metric.
     *
     * @param index the metric's
     * @return the status; {@link NvmlStatus#NO_DATA} for a value that is no number
     */
    public NvmlStatus status(int index) {
        int code = nvmlGpmMetric_t.nvmlReturn(values[index]);
        if (code == 0 && !Double.isFinite(value(index))) {
            return NvmlStatus.NO_DATA;
        }
        return NvmlStatus.of(code);
    }

    /**
     * The value of a metric whose status is {@link NvmlStatus#SUCCESS}.
     *
     * @param index the metric's
     * @return the value, in the metric's unit
     */
    public double value(int index) {
        return nvmlGpmMetric_t.value(values[index]);
    }

    /**
     * Why there is no value. Allocates.
     *
     * @param status how a sample or a metric ended
     * @return one sentence, which names the code
     */
    public String reason(NvmlStatus status) {
        return NvmlErrors.failure(
                        status.code(),
                        gpuInstance.isPresent() ? "nvmlGpmMigSampleGet" : "nvmlGpmSampleGet")
                .message();
    }

    /** Gives the driver's samples back. A second call does nothing. */
    @Override
    public void close() {
        if (!closed) {
            checkOpen();
            closed = true;
            int first = nvml_h.nvmlGpmSampleFree(older);
            NvmlErrors.check(nvml_h.nvmlGpmSampleFree(newer), "nvmlGpmSampleFree");
            NvmlErrors.check(first, "nvmlGpmSampleFree");
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("these samples are closed");
        }
        nvml.checkOpen();
    }
}
