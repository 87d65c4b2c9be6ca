package dev.retort.device.counters;

import dev.retort.cuda.Availability;
import dev.retort.cuda.Availability.Available;
import dev.retort.cuda.Availability.Unavailable;
import dev.retort.cuda.CudaException;
import dev.retort.cuda.MigInstance;
import dev.retort.cuda.Nvml;
import dev.retort.cuda.NvmlEvent;
import dev.retort.cuda.NvmlEvents;
import dev.retort.cuda.NvmlReader;
import dev.retort.cuda.NvmlStatus;
import dev.retort.device.Reading;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The counters of a GPU, or of one MIG instance of it, from NVML.
 *
 * <p>Of an instance NVML knows the memory and, where the device has GPM, the activity. A GPU in MIG
 * mode has no utilisation; its power and energy are of all instances together. The library is
 * borrowed and stays open for as long as the source.
 */
public final class GpuCounters implements CounterSource {
    private final String device;
    private final String name;
    private final List<Probe> probes;
    private final @Nullable NvmlEvents events;
    private final @Nullable NvmlReader energy;
    private boolean closed;

    private GpuCounters(
            String device,
            String name,
            List<Probe> probes,
            @Nullable NvmlEvents events,
            @Nullable NvmlReader energy) {
        this.device = device;
        this.name = name;
        this.probes = List.copyOf(probes);
        this.events = events;
        this.energy = energy;
    }

    /**
     * The counters of all GPUs and, in MIG mode, of their instances.
     *
     * @param nvml the library
     * @return for each device its source, to be closed by the caller or its sampler, or why it
     *     cannot be read; in NVML's order, instances behind their GPU
     */
    public static List<Availability<GpuCounters>> openAll(Nvml nvml) {
        List<Availability<GpuCounters>> sources = new ArrayList<>();
        int count = nvml.deviceCount();
        for (int index = 0; index < count; index++) {
            try {
                long gpu = nvml.deviceByIndex(index);
                sources.add(new Available<>(open(nvml, gpu)));
                for (MigInstance instance : nvml.mig().instances(gpu)) {
                    sources.add(new Available<>(open(nvml, gpu, instance)));
                }
            } catch (CudaException unusable) {
                sources.add(
                        new Unavailable<>("GPU %d: %s".formatted(index, unusable.getMessage())));
            }
        }
        return List.copyOf(sources);
    }

    /**
     * The counters of a GPU.
     *
     * @param nvml the library
     * @param gpu the GPU's handle
     * @return the source, to be closed by the caller or its sampler
     * @throws CudaException if the device cannot be asked for its identity
     */
    public static GpuCounters open(Nvml nvml, long gpu) {
        String uuid = nvml.uuid(gpu);
        String name = nvml.name(gpu);
        return new GpuCounters(
                uuid,
                name,
                new GpuProbes(nvml, gpu, uuid).ofGpu(),
                nvml.events(gpu).optional().orElse(null),
                nvml.reader(gpu));
    }

    /**
     * The counters of a MIG instance. When the instance is destroyed, the source tells that the
     * device is lost, also when another instance takes its numbers.
     *
     * @param nvml the library
     * @param gpu the GPU's handle
     * @param instance the instance
     * @return the source, to be closed by the caller or its sampler
     * @throws CudaException if the device cannot be asked for its identity
     */
    public static GpuCounters open(Nvml nvml, long gpu, MigInstance instance) {
        return new GpuCounters(
                instance.uuid(),
                nvml.name(instance.handle()),
                new GpuProbes(nvml, gpu, instance.uuid()).ofInstance(instance),
                null,
                null);
    }

    /** What a status of NVML means for all that is read by the same call. */
    static Probe.Outcome outcome(NvmlStatus status) {
        if (status.deviceLost()) {
            return Probe.Outcome.DEVICE_LOST;
        }
        return status.permanent() ? Probe.Outcome.NEVER : Probe.Outcome.SAMPLED;
    }

    @Override
    public String device() {
        return device;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Probe> probes() {
        return probes;
    }

    @Override
    public Optional<DeviceEvent> nextEvent() {
        NvmlEvents set = events;
        if (set == null || set.next(0) != NvmlStatus.SUCCESS) {
            return Optional.empty();
        }
        NvmlEvent event = set.last();
        return Optional.of(new DeviceEvent(kind(event.type()), event.data()));
    }

    @Override
    public Reading measureEnergyPeriod(LongSupplier nanoClock) {
        return energy == null
                ? CounterSource.super.measureEnergyPeriod(nanoClock)
                : EnergyPeriod.measure(energy, nanoClock);
    }

    private static DeviceEvent.Kind kind(long type) {
        if (type == NvmlEvent.CRITICAL_XID) {
            return DeviceEvent.Kind.CRITICAL_ERROR;
        }
        if (type == NvmlEvent.DOUBLE_BIT_ECC_ERROR) {
            return DeviceEvent.Kind.UNCORRECTED_MEMORY_ERROR;
        }
        if (type == NvmlEvent.MIG_CONFIGURATION_CHANGE) {
            return DeviceEvent.Kind.PARTITION_CHANGED;
        }
        if (type == NvmlEvent.GPU_UNAVAILABLE) {
            return DeviceEvent.Kind.UNAVAILABLE;
        }
        return type == NvmlEvent.RECOVERY_ACTION
                ? DeviceEvent.Kind.RECOVERY_ACTION_CHANGED
                : DeviceEvent.Kind.OTHER;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        for (Probe probe : probes) {
            if (probe instanceof GpmProbe gpm) {
                gpm.close();
            }
        }
        if (events != null) {
            events.close();
        }
    }
}
