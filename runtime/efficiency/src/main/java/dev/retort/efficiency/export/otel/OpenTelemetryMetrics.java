package dev.retort.efficiency.export.otel;

import dev.retort.efficiency.RunAccount;
import dev.retort.efficiency.export.Destination;
import dev.retort.efficiency.export.Figure;
import dev.retort.efficiency.export.Interval;
import dev.retort.efficiency.export.otel.MeterPoints.Point;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Figures as metrics of OpenTelemetry, for whatever the user's SDK exports them to. Devices follow
 * the semantic conventions for hardware (development status, as of 2026):
 *
 * <table>
 * <caption>Counters and their conventional names</caption>
 * <tr><th>counter<th>metric<th>unit<th>attributes beside hw.id and, where known,
 *     hw.name
 * <tr><td>GPU_BUSY<td>hw.gpu.utilization<td>1<td>hw.type=gpu, hw.gpu.task=general
 * <tr><td>GPU_MEMORY_USED<td>hw.gpu.memory.usage<td>By<td>hw.type=gpu
 * <tr><td>GPU_PCIE_TRANSMITTED, GPU_PCIE_RECEIVED<td>hw.gpu.io<td>By<td>hw.type=gpu,
 *     network.io.direction
 * <tr><td>GPU_ECC_CORRECTED, GPU_ECC_UNCORRECTED<td>hw.errors<td>{error}<td>hw.type=gpu, error.type
 * <tr><td>GPU_ENERGY, PACKAGE_ENERGY<td>hw.energy<td>J<td>hw.type=gpu or cpu
 * <tr><td>GPU_POWER_INSTANT<td>hw.power<td>W<td>hw.type=gpu
 * <tr><td>GPU_TEMPERATURE, GPU_MEMORY_TEMPERATURE<td>hw.temperature<td>Cel<td>hw.parent,
 *     hw.sensor_location
 * </table>
 *
 * <p>All others are called {@code retort.} and the name of the {@link Figure}, with the unit's UCUM
 * code, and have the labels of the figure as attributes {@code retort.} and the label's key; of a
 * device also {@code hw.id}, {@code hw.type} and {@code hw.name}. Every metric has the {@linkplain
 * Interval#runLabels labels of the run}, such as {@code retort.run} and {@code retort.team}.
 *
 * <p>Instruments are asynchronous and report the last interval; an absent figure reports nothing.
 * After the end of the run they keep their last values, so that the SDK's next export has them;
 * {@link #remove} takes them out. A run takes the place of an earlier one of the same SDK that has
 * the same name and tags. Thread-safe.
 */
public final class OpenTelemetryMetrics implements Destination {
    /** The instrumentation scope. */
    public static final String SCOPE = "dev.retort.efficiency";

    private final MeterPoints all;

    private OpenTelemetryMetrics(MeterPoints all) {
        this.all = all;
    }

    /**
     * Metrics of an SDK.
     *
     * @param telemetry the SDK, which stays the caller's
     * @return the destination
     */
    public static OpenTelemetryMetrics of(OpenTelemetry telemetry) {
        return new OpenTelemetryMetrics(
                MeterPoints.of(
                        Objects.requireNonNull(telemetry, "telemetry is null").getMeter(SCOPE)));
    }

    @Override
    public String name() {
        return "OpenTelemetry";
    }

    @Override
    public void open(RunAccount run) {}

    @Override
    public void accept(Interval interval) {
        AttributesBuilder common = Attributes.builder();
        interval.runLabels().forEach((key, value) -> common.put("retort." + key, value));
        Attributes ofRun = common.build();
        Map<String, Instrument> kinds = new HashMap<>();
        Map<String, List<Point>> points =
                interval.figures().stream()
                        .filter(figure -> figure.value().isPresent())
                        .collect(
                                Collectors.groupingBy(
                                        figure -> {
                                            Instrument instrument = Instrument.of(figure);
                                            kinds.put(instrument.name(), instrument);
                                            return instrument.name();
                                        },
                                        Collectors.mapping(
                                                figure -> point(figure, ofRun),
                                                Collectors.toUnmodifiableList())));
        all.put(this, ofRun, points, kinds.values());
    }

    @Override
    public void close() {}

    /** Takes what this destination reports out of the SDK. */
    public void remove() {
        all.remove(this);
    }

    private static Point point(Figure figure, Attributes ofRun) {
        Attributes attributes =
                ofRun.toBuilder().putAll(Instrument.of(figure).attributes()).build();
        return new Point(figure.value().getAsDouble(), attributes);
    }
}
