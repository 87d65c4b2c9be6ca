package dev.retort.examples;

import dev.retort.cuda.Availability;
import dev.retort.cuda.Availability.Available;
import dev.retort.cuda.Availability.Unavailable;
import dev.retort.cuda.ClockEventReason;
import dev.retort.cuda.CudaException;
import dev.retort.cuda.Nvml;
import dev.retort.device.CpuDevice;
import dev.retort.device.Reading;
import dev.retort.device.counters.Counter;
import dev.retort.device.counters.CounterSource;
import dev.retort.device.counters.CpuCounters;
import dev.retort.device.counters.GpuCounters;
import dev.retort.device.counters.Series;
import dev.retort.device.counters.Tier;
import dev.retort.device.sampling.Sampler;
import dev.retort.device.sampling.SamplerEvent;
import dev.retort.device.sampling.SamplerOptions;
import dev.retort.device.sampling.Samples;
import dev.retort.efficiency.Bucket;
import dev.retort.efficiency.status.RunStatus;
import dev.retort.efficiency.status.StatusFolder;
import dev.retort.efficiency.status.StatusFolder.LiveRun;
import dev.retort.examples.TopSnapshot.Gpu;
import dev.retort.examples.TopSnapshot.Machine;
import dev.retort.examples.TopSnapshot.Run;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** Looks at the devices of this machine and at the runs that show themselves. */
final class TopReader implements AutoCloseable {
    private final CpuDevice processor = CpuDevice.host();
    private final StatusFolder folder;
    private final Duration period;
    private final Sampler sampler;
    private final List<String> gpusAbsent = new ArrayList<>();
    private @Nullable Nvml nvml;

    /**
     * Takes a first look, so that the next one can tell how fast counters grow.
     *
     * @param folder where runs show themselves
     * @param period the time from look to look, which a sampler can have
     */
    TopReader(StatusFolder folder, Duration period) {
        this.folder = folder;
        this.period = period;
        List<CounterSource> sources = new ArrayList<>();
        sources.add(CpuCounters.host());
        switch (Nvml.open()) {
            case Unavailable<Nvml>(List<String> reasons) -> gpusAbsent.addAll(reasons);
            case Available<Nvml>(Nvml library) -> {
                nvml = library;
                addGpus(library, sources);
            }
        }
        SamplerOptions options = SamplerOptions.defaults().withEnergyPeriodMeasured(false);
        for (Tier tier : Tier.values()) {
            options = options.withPeriod(tier, period);
        }
        sampler = Sampler.manual(options, sources);
        sampler.tick();
    }

    private void addGpus(Nvml library, List<CounterSource> sources) {
        try {
            for (Availability<GpuCounters> gpu : GpuCounters.openAll(library)) {
                gpu.optional().ifPresent(sources::add);
                gpusAbsent.addAll(gpu.absenceReasons());
            }
            if (sources.size() == 1 && gpusAbsent.isEmpty()) {
                gpusAbsent.add("NVML sees no device");
            }
        } catch (CudaException e) {
            gpusAbsent.add(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() {
        sampler.close();
        if (nvml != null) {
            nvml.close();
        }
    }

    /** Takes a look. */
    TopSnapshot look() {
        sampler.tick();
        List<Run> runs = List.of();
        String runsAbsent = null;
        try {
            long now = System.currentTimeMillis();
            runs = folder.read().stream().map(run -> run(run, now)).toList();
        } catch (IOException e) {
            runsAbsent = e.getMessage() == null ? e.toString() : e.getMessage();
        }
        return new TopSnapshot(
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                machine(),
                gpus(),
                gpusAbsent.isEmpty() ? null : String.join("; ", gpusAbsent),
                runs,
                folder.path().toString(),
                runsAbsent);
    }

    private Machine machine() {
        List<Series> cores = sampler.series(CpuCounters.DEVICE, Counter.CORE_BUSY_TIME);
        List<Double> busy = new ArrayList<>();
        for (Series core : cores) {
            growthPerSecond(core).ifPresent(busy::add);
        }
        @Nullable Double all =
                sampler.series(CpuCounters.DEVICE, Counter.HOST_BUSY_TIME).stream()
                        .flatMapToDouble(series -> growthPerSecond(series).stream())
                        .mapToObj(
                                perSecond -> Double.valueOf(perSecond / Math.max(1, cores.size())))
                        .findFirst()
                        .orElse(null);
        Double available = latest(CpuCounters.DEVICE, Counter.HOST_MEMORY_AVAILABLE);
        Reading memory = processor.memoryBytes();
        return new Machine(
                processor.name(),
                processor.cores(),
                all,
                busy,
                available == null ? null : available.longValue(),
                memory instanceof Reading.Measured measured
                        ? Long.valueOf((long) measured.value())
                        : null);
    }

    private List<Gpu> gpus() {
        List<Gpu> gpus = new ArrayList<>();
        for (Map.Entry<String, String> device : sampler.devices().entrySet()) {
            if (!device.getKey().equals(CpuCounters.DEVICE)) {
                gpus.add(gpu(device.getKey(), device.getValue()));
            }
        }
        return gpus;
    }

    private Gpu gpu(String uuid, String name) {
        Double used = latest(uuid, Counter.GPU_MEMORY_USED);
        Double free = latest(uuid, Counter.GPU_MEMORY_FREE);
        Double reserved = latest(uuid, Counter.GPU_MEMORY_RESERVED);
        Double reasons = latest(uuid, Counter.GPU_CLOCK_EVENT_REASONS);
        return new Gpu(
                name,
                uuid,
                lost(uuid),
                latest(uuid, Counter.GPU_BUSY),
                used,
                used == null || free == null
                        ? null
                        : Double.valueOf(used + free + (reserved == null ? 0 : reserved)),
                latest(uuid, Counter.GPU_POWER),
                latest(uuid, Counter.GPU_POWER_LIMIT),
                latest(uuid, Counter.GPU_TEMPERATURE),
                latest(uuid, Counter.GPU_SM_CLOCK),
                latest(uuid, Counter.GPU_MEMORY_CLOCK),
                reasons == null
                        ? List.of()
                        : ClockEventReason.of(reasons.longValue()).stream()
                                .map(ClockEventReason::name)
                                .toList());
    }

    private @Nullable String lost(String uuid) {
        return sampler.events().stream()
                .filter(SamplerEvent.DeviceLost.class::isInstance)
                .map(SamplerEvent.DeviceLost.class::cast)
                .filter(event -> event.device().equals(uuid))
                .map(SamplerEvent.DeviceLost::reason)
                .findFirst()
                .orElse(null);
    }

    private @Nullable Double latest(String device, Counter counter) {
        for (Series series : sampler.series(device, counter)) {
            if (series.scope().isEmpty()
                    && sampler.latest(series) instanceof Reading.Measured measured) {
                return measured.value();
            }
        }
        return null;
    }

    /** The growth between the two latest samples. */
    private OptionalDouble growthPerSecond(Series series) {
        // Far enough back for a look that came late.
        Samples samples = sampler.history(series, period.multipliedBy(10));
        int last = samples.size() - 1;
        if (last < 1 || samples.value(last).isEmpty() || samples.value(last - 1).isEmpty()) {
            return OptionalDouble.empty();
        }
        double growth = samples.value(last).getAsDouble() - samples.value(last - 1).getAsDouble();
        double seconds = (samples.nanoTime(last) - samples.nanoTime(last - 1)) * 1e-9;
        return seconds > 0 ? OptionalDouble.of(growth / seconds) : OptionalDouble.empty();
    }

    private static Run run(LiveRun live, long now) {
        RunStatus status = live.status();
        Map.Entry<String, Long> loss =
                status.buckets().entrySet().stream()
                        .filter(bucket -> isBad(bucket.getKey()))
                        .max(Map.Entry.comparingByValue(Comparator.naturalOrder()))
                        .orElse(null);
        Long commit = status.lastCommitEpochMillis();
        return new Run(
                live.state().name(),
                seconds(now - status.writtenEpochMillis()),
                commit == null ? null : seconds(now - commit),
                share(status, "GOOD"),
                share(status, "PENDING"),
                loss == null ? null : loss.getKey(),
                loss == null ? null : share(status, loss.getKey()),
                status);
    }

    /** A later version may have buckets that this one does not know. */
    private static boolean isBad(String bucket) {
        try {
            return Bucket.valueOf(bucket).isBad();
        } catch (IllegalArgumentException _) {
            return true;
        }
    }

    private static @Nullable Double share(RunStatus status, String bucket) {
        return status.elapsedNanos() == 0
                ? null
                : Double.valueOf(
                        (double) status.buckets().getOrDefault(bucket, 0L) / status.elapsedNanos());
    }

    private static double seconds(long millis) {
        return Math.max(0, millis) * 1e-3;
    }
}
