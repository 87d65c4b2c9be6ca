package dev.retort.device.counters;

import dev.retort.cuda.Availability;
import dev.retort.cuda.Availability.Available;
import dev.retort.cuda.Availability.Unavailable;
import dev.retort.cuda.CudaException;
import dev.retort.cuda.GpmMetric;
import dev.retort.cuda.MigInstance;
import dev.retort.cuda.Nvml;
import dev.retort.cuda.NvmlField;
import dev.retort.cuda.NvmlFieldValues;
import dev.retort.cuda.NvmlGpm;
import dev.retort.cuda.NvmlQuery;
import dev.retort.cuda.NvmlReader;
import dev.retort.device.counters.FieldsProbe.Field;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/** Which call of NVML reads which counter, and in which unit the driver answers. */
final class GpuProbes {
    private static final double PERCENT = 0.01;
    private static final double MILLI = 1e-3;
    private static final double MEGA = 1e6;
    private static final double NANO = 1e-9;
    private static final double KIB = 1024;
    private static final double MIB = 1024 * 1024;

    /** NVML says KB and its samples divide by 1000. */
    private static final double KB = 1000;

    /** Twice the rate of 16 lanes of the sixth generation, in both directions. */
    private static final double MOST_PCIE_BYTES_PER_SECOND = 256e9;

    /** No counter of 32 bits counts time. */
    private static final double MOST_NANOS_PER_SECOND = 1e9;

    private record Activity(GpmMetric metric, Counter counter, double unitsPerCount) {}

    private static final List<Activity> ACTIVITIES =
            List.of(
                    new Activity(GpmMetric.SM_ACTIVITY, Counter.GPU_SM_ACTIVITY, PERCENT),
                    new Activity(GpmMetric.SM_OCCUPANCY, Counter.GPU_SM_OCCUPANCY, PERCENT),
                    new Activity(GpmMetric.TENSOR_ACTIVITY, Counter.GPU_TENSOR_ACTIVITY, PERCENT),
                    new Activity(GpmMetric.DRAM_BANDWIDTH, Counter.GPU_DRAM_ACTIVITY, PERCENT),
                    new Activity(GpmMetric.FP16_ACTIVITY, Counter.GPU_FP16_ACTIVITY, PERCENT),
                    new Activity(GpmMetric.FP32_ACTIVITY, Counter.GPU_FP32_ACTIVITY, PERCENT),
                    new Activity(GpmMetric.FP64_ACTIVITY, Counter.GPU_FP64_ACTIVITY, PERCENT),
                    new Activity(
                            GpmMetric.INTEGER_ACTIVITY, Counter.GPU_INTEGER_ACTIVITY, PERCENT));

    private static final List<Activity> RATES =
            List.of(
                    new Activity(GpmMetric.PCIE_TRANSMITTED, Counter.GPU_PCIE_TRANSMIT_RATE, MIB),
                    new Activity(GpmMetric.PCIE_RECEIVED, Counter.GPU_PCIE_RECEIVE_RATE, MIB),
                    new Activity(
                            GpmMetric.NVLINK_TRANSMITTED, Counter.GPU_NVLINK_TRANSMIT_RATE, MIB),
                    new Activity(GpmMetric.NVLINK_RECEIVED, Counter.GPU_NVLINK_RECEIVE_RATE, MIB));

    private final Nvml nvml;
    private final long gpu;
    private final String device;

    /**
     * @param nvml the library
     * @param gpu the handle of the GPU
     * @param device the identity of the GPU, or of its instance
     */
    GpuProbes(Nvml nvml, long gpu, String device) {
        this.nvml = nvml;
        this.gpu = gpu;
        this.device = device;
    }

    List<Probe> ofGpu() {
        NvmlReader reader = nvml.reader(gpu);
        List<Probe> probes = new ArrayList<>();
        probes.add(
                QueryProbe.of(
                        reader,
                        NvmlQuery.UTILIZATION,
                        List.of(
                                series(Counter.GPU_BUSY, NvmlQuery.UTILIZATION),
                                series(Counter.GPU_MEMORY_BUSY, NvmlQuery.UTILIZATION)),
                        PERCENT,
                        0,
                        1));
        probes.add(value(reader, NvmlQuery.POWER, Counter.GPU_POWER, MILLI));
        probes.add(
                QueryProbe.counting(
                        reader,
                        NvmlQuery.ENERGY,
                        series(Counter.GPU_ENERGY, NvmlQuery.ENERGY),
                        CumulativeCounter.endless(MILLI)));
        probes.add(value(reader, NvmlQuery.SM_CLOCK, Counter.GPU_SM_CLOCK, MEGA));
        probes.add(value(reader, NvmlQuery.MAX_SM_CLOCK, Counter.GPU_MAX_SM_CLOCK, MEGA));
        probes.add(value(reader, NvmlQuery.MEMORY_CLOCK, Counter.GPU_MEMORY_CLOCK, MEGA));
        probes.add(
                value(reader, NvmlQuery.CLOCK_EVENT_REASONS, Counter.GPU_CLOCK_EVENT_REASONS, 1));
        probes.add(memory(reader));
        probes.add(value(reader, NvmlQuery.PERFORMANCE_STATE, Counter.GPU_PERFORMANCE_STATE, 1));
        probes.add(value(reader, NvmlQuery.TEMPERATURE, Counter.GPU_TEMPERATURE, 1));
        probes.add(value(reader, NvmlQuery.ENFORCED_POWER_LIMIT, Counter.GPU_POWER_LIMIT, MILLI));
        probes.add(count(reader, NvmlQuery.PCIE_REPLAYS, Counter.GPU_PCIE_REPLAYS));
        probes.add(count(reader, NvmlQuery.ECC_CORRECTED, Counter.GPU_ECC_CORRECTED));
        probes.add(count(reader, NvmlQuery.ECC_UNCORRECTED, Counter.GPU_ECC_UNCORRECTED));
        probes.addAll(fields());
        probes.addAll(activity(reader));
        return probes;
    }

    List<Probe> ofInstance(MigInstance instance) {
        NvmlReader reader = nvml.reader(instance.handle());
        reader.confirm();
        return List.of(
                memory(reader),
                gpm(
                        nvml.gpm(gpu, instance.gpuInstance(), metrics(ACTIVITIES)),
                        ACTIVITIES,
                        reader));
    }

    private QueryProbe memory(NvmlReader reader) {
        return QueryProbe.of(
                reader,
                NvmlQuery.MEMORY,
                List.of(
                        series(Counter.GPU_MEMORY_RESERVED, NvmlQuery.MEMORY),
                        series(Counter.GPU_MEMORY_FREE, NvmlQuery.MEMORY),
                        series(Counter.GPU_MEMORY_USED, NvmlQuery.MEMORY)),
                1,
                1,
                2,
                3);
    }

    private QueryProbe value(
            NvmlReader reader, NvmlQuery query, Counter counter, double unitsPerCount) {
        return QueryProbe.of(reader, query, List.of(series(counter, query)), unitsPerCount, 0);
    }

    private QueryProbe count(NvmlReader reader, NvmlQuery query, Counter counter) {
        return QueryProbe.counting(
                reader, query, series(counter, query), CumulativeCounter.endless(1));
    }

    private List<Probe> fields() {
        List<Probe> probes = new ArrayList<>();
        probes.add(
                probe(
                        field(NvmlField.POWER_INSTANT, Counter.GPU_POWER_INSTANT, MILLI),
                        bytes(NvmlField.PCIE_TRANSMITTED_BYTES, Counter.GPU_PCIE_TRANSMITTED),
                        bytes(NvmlField.PCIE_RECEIVED_BYTES, Counter.GPU_PCIE_RECEIVED)));
        probes.add(
                probe(
                        time(NvmlField.SOFTWARE_THERMAL_SLOWDOWN_NANOS, "software thermal"),
                        time(NvmlField.HARDWARE_THERMAL_SLOWDOWN_NANOS, "hardware thermal"),
                        time(NvmlField.POWER_BRAKE_SLOWDOWN_NANOS, "power brake")));
        probes.add(
                probe(
                        field(NvmlField.MEMORY_TEMPERATURE, Counter.GPU_MEMORY_TEMPERATURE, 1),
                        field(NvmlField.REMAPPED_CORRECTED, Counter.GPU_ROWS_REMAPPED_CORRECTED, 1),
                        field(
                                NvmlField.REMAPPED_UNCORRECTED,
                                Counter.GPU_ROWS_REMAPPED_UNCORRECTED,
                                1),
                        field(NvmlField.REMAPPING_PENDING, Counter.GPU_ROW_REMAPPING_PENDING, 1),
                        field(NvmlField.REMAPPING_FAILED, Counter.GPU_ROW_REMAPPING_FAILED, 1),
                        field(NvmlField.RECOVERY_ACTION, Counter.GPU_RECOVERY_ACTION, 1)));
        List<Field> links = links();
        if (!links.isEmpty()) {
            probes.add(probe(links.toArray(Field[]::new)));
        }
        return probes;
    }

    private List<Field> links() {
        List<Field> fields = new ArrayList<>();
        try {
            for (int link : nvml.links().active(gpu)) {
                fields.add(link(NvmlField.NVLINK_TRANSMITTED_KIB, link));
                fields.add(link(NvmlField.NVLINK_RECEIVED_KIB, link));
            }
        } catch (CudaException _) {
            // Without the question for links there are none to read; GPM still has their sum.
        }
        return fields;
    }

    private Field link(NvmlField field, int link) {
        Counter counter =
                field.equals(NvmlField.NVLINK_TRANSMITTED_KIB)
                        ? Counter.GPU_NVLINK_TRANSMITTED
                        : Counter.GPU_NVLINK_RECEIVED;
        return new Field(
                field.of(link),
                new Series(device, counter, Integer.toString(link), source(field)),
                KIB,
                MOST_PCIE_BYTES_PER_SECOND);
    }

    private FieldsProbe probe(Field... fields) {
        NvmlFieldValues values =
                nvml.fieldValues(gpu, List.of(fields).stream().map(Field::field).toList());
        return new FieldsProbe(values, List.of(fields));
    }

    private Field field(NvmlField field, Counter counter, double unitsPerCount) {
        return new Field(field, new Series(device, counter, source(field)), unitsPerCount, 0);
    }

    private Field bytes(NvmlField field, Counter counter) {
        return new Field(
                field, new Series(device, counter, source(field)), 1, MOST_PCIE_BYTES_PER_SECOND);
    }

    private Field time(NvmlField field, String scope) {
        return new Field(
                field,
                new Series(device, Counter.GPU_SLOWDOWN_TIME, scope, source(field)),
                NANO,
                MOST_NANOS_PER_SECOND);
    }

    private static String source(NvmlField field) {
        return "nvmlDeviceGetFieldValues " + field.id();
    }

    private List<Probe> activity(NvmlReader reader) {
        List<Probe> probes = new ArrayList<>();
        probes.add(gpm(nvml.gpm(gpu, metrics(ACTIVITIES)), ACTIVITIES, null));
        switch (nvml.gpm(gpu, metrics(RATES))) {
            case Available<NvmlGpm> rates -> probes.add(gpm(rates, RATES, null));
            case Unavailable<NvmlGpm> rates -> {
                probes.add(
                        value(
                                reader,
                                NvmlQuery.PCIE_TRANSMITTED,
                                Counter.GPU_PCIE_TRANSMIT_RATE,
                                KB));
                probes.add(
                        value(reader, NvmlQuery.PCIE_RECEIVED, Counter.GPU_PCIE_RECEIVE_RATE, KB));
                probes.add(gpm(rates, RATES.subList(2, RATES.size()), null));
            }
        }
        return probes;
    }

    private Probe gpm(
            Availability<NvmlGpm> availability,
            List<Activity> activities,
            @Nullable NvmlReader identity) {
        List<Series> series =
                activities.stream()
                        .map(
                                activity ->
                                        new Series(
                                                device,
                                                activity.counter(),
                                                "nvmlGpmMetricsGet " + activity.metric().id()))
                        .toList();
        return switch (availability) {
            case Available<NvmlGpm>(NvmlGpm gpm) ->
                    new GpmProbe(
                            gpm,
                            series,
                            activities.stream().mapToDouble(Activity::unitsPerCount).toArray(),
                            identity);
            case Unavailable<NvmlGpm>(List<String> reasons) ->
                    new ConstantProbe(series, reasons.getFirst());
        };
    }

    private static List<GpmMetric> metrics(List<Activity> activities) {
        return activities.stream().map(Activity::metric).toList();
    }

    private Series series(Counter counter, NvmlQuery query) {
        return new Series(device, counter, query.function());
    }
}
