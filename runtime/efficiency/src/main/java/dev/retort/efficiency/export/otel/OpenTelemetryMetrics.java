package dev.retort.efficiency.export.otel;

import dev.retort.efficiency.RunAccount;
import dev.retort.efficiency.export.Destination;
import dev.retort.efficiency.export.Figure;
import dev.retort.efficiency.export.Interval;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableDoubleMeasurement;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Figures as metrics of OpenTelemetry, for whatever the user's SDK exports them to. Devices follow
 * the semantic conventions for hardware (development status, as of 2026):
 *
 * <table>
 * <caption>Counters and their conventional names</caption>
 * <tr><th>counter<th>metric<th>unit<th>attributes beside hw.id and hw.name
 * <tr><td>GPU_BUSY<td>hw.gpu.utilization<td>1<td>hw.gpu.task=general
 * <tr><td>GPU_MEMORY_USED<td>hw.gpu.memory.usage<td>By<td>
 * <tr><td>GPU_PCIE_TRANSMITTED, GPU_PCIE_RECEIVED<td>hw.gpu.io<td>By<td>network.io.direction
 * <tr><td>GPU_ECC_CORRECTED, GPU_ECC_UNCORRECTED<td>hw.errors<td>{error}<td>hw.type, error.type
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
 * {@link #remove} takes them out. Thread-safe.
 */
public final class OpenTelemetryMetrics implements Destination {
    /** The instrumentation scope. */
    public static final String SCOPE = "dev.retort.efficiency";

    private record Point(double value, Attributes attributes) {}

    private final Meter meter;
    private final Map<String, AutoCloseable> instruments = new ConcurrentHashMap<>();
    private volatile Map<String, List<Point>> points = Map.of();

    private OpenTelemetryMetrics(Meter meter) {
        this.meter = meter;
    }

    /**
     * Metrics of an SDK.
     *
     * @param telemetry the SDK, which stays the caller's
     * @return the destination
     */
    public static OpenTelemetryMetrics of(OpenTelemetry telemetry) {
        return new OpenTelemetryMetrics(
                Objects.requireNonNull(telemetry, "telemetry is null").getMeter(SCOPE));
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
        points =
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
        kinds.values().forEach(this::instrument);
    }

    @Override
    public void close() {}

    /** Takes all instruments out of the SDK. */
    public void remove() {
        points = Map.of();
        instruments
                .values()
                .removeIf(
                        instrument -> {
                            try {
                                instrument.close();
                            } catch (Exception e) {
                                throw new IllegalStateException("an instrument did not close", e);
                            }
                            return true;
                        });
    }

    private static Point point(Figure figure, Attributes ofRun) {
        Attributes attributes =
                ofRun.toBuilder().putAll(Instrument.of(figure).attributes()).build();
        return new Point(figure.value().getAsDouble(), attributes);
    }

    private void instrument(Instrument kind) {
        instruments.computeIfAbsent(
                kind.name(),
                name ->
                        switch (kind.type()) {
                            case GAUGE ->
                                    meter.gaugeBuilder(name)
                                            .setUnit(kind.unit())
                                            .setDescription(kind.description())
                                            .buildWithCallback(into -> report(name, into));
                            case COUNTER ->
                                    meter.counterBuilder(name)
                                            .ofDoubles()
                                            .setUnit(kind.unit())
                                            .setDescription(kind.description())
                                            .buildWithCallback(into -> report(name, into));
                            case UP_DOWN_COUNTER ->
                                    meter.upDownCounterBuilder(name)
                                            .ofDoubles()
                                            .setUnit(kind.unit())
                                            .setDescription(kind.description())
                                            .buildWithCallback(into -> report(name, into));
                        });
    }

    private void report(String name, ObservableDoubleMeasurement into) {
        for (Point point : points.getOrDefault(name, List.of())) {
            into.record(point.value(), point.attributes());
        }
    }
}
