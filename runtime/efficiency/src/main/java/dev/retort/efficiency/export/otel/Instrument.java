package dev.retort.efficiency.export.otel;

import dev.retort.device.counters.CpuCounters;
import dev.retort.efficiency.export.Figure;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;

/**
 * What a figure is in OpenTelemetry: names, units and types of the semantic conventions for
 * hardware where there are such, see {@link OpenTelemetryMetrics}.
 *
 * @param name the name of the instrument
 * @param unit its unit, a UCUM code
 * @param type how its values add up
 * @param description one line; empty where the conventions say what it is
 * @param attributes those of the figure
 */
record Instrument(String name, String unit, Type type, String description, Attributes attributes) {
    enum Type {
        GAUGE,
        COUNTER,
        UP_DOWN_COUNTER
    }

    /** A name of the conventions; {@code extra} are attributes, keys and values in turn. */
    private record Convention(String name, String unit, Type type, List<String> extra) {}

    private static final Map<String, Convention> CONVENTIONS =
            Map.ofEntries(
                    gpu("busy", "hw.gpu.utilization", "1", Type.GAUGE, "hw.gpu.task", "general"),
                    gpu("memory.used", "hw.gpu.memory.usage", "By", Type.UP_DOWN_COUNTER),
                    gpu(
                            "pcie.transmitted",
                            "hw.gpu.io",
                            "By",
                            Type.COUNTER,
                            "network.io.direction",
                            "transmit"),
                    gpu(
                            "pcie.received",
                            "hw.gpu.io",
                            "By",
                            Type.COUNTER,
                            "network.io.direction",
                            "receive"),
                    gpu(
                            "ecc.corrected",
                            "hw.errors",
                            "{error}",
                            Type.COUNTER,
                            "error.type",
                            "corrected"),
                    gpu(
                            "ecc.uncorrected",
                            "hw.errors",
                            "{error}",
                            Type.COUNTER,
                            "error.type",
                            "uncorrected"),
                    gpu("energy", "hw.energy", "J", Type.COUNTER),
                    gpu("power.instant", "hw.power", "W", Type.GAUGE),
                    gpu(
                            "temperature",
                            "hw.temperature",
                            "Cel",
                            Type.GAUGE,
                            "hw.sensor_location",
                            "gpu"),
                    gpu(
                            "memory.temperature",
                            "hw.temperature",
                            "Cel",
                            Type.GAUGE,
                            "hw.sensor_location",
                            "memory"),
                    Map.entry(
                            "device.package.energy",
                            new Convention("hw.energy", "J", Type.COUNTER, List.of())));

    private static Map.Entry<String, Convention> gpu(
            String counter, String name, String unit, Type type, String... extra) {
        return Map.entry("device.gpu." + counter, new Convention(name, unit, type, List.of(extra)));
    }

    static Instrument of(Figure figure) {
        Convention convention = CONVENTIONS.get(figure.name());
        String device = figure.labels().getOrDefault("device", "");
        boolean ofDevice = figure.name().startsWith("device.");
        AttributesBuilder attributes = Attributes.builder();
        if (ofDevice) {
            hardware(attributes, figure, device, convention);
        }
        if (convention != null) {
            for (int i = 0; i < convention.extra().size(); i += 2) {
                attributes.put(convention.extra().get(i), convention.extra().get(i + 1));
            }
            return new Instrument(
                    convention.name(),
                    convention.unit(),
                    convention.type(),
                    "",
                    attributes.build());
        }
        figure.labels()
                .forEach(
                        (key, value) -> {
                            if (!value.isEmpty() && !(ofDevice && key.startsWith("device"))) {
                                attributes.put("retort." + key, value);
                            }
                        });
        Type type =
                switch (figure.kind()) {
                    case GAUGE -> Type.GAUGE;
                    case COUNTER -> Type.COUNTER;
                };
        return new Instrument(
                "retort." + figure.name(),
                figure.unit().ucum(),
                type,
                figure.description(),
                attributes.build());
    }

    private static void hardware(
            AttributesBuilder attributes,
            Figure figure,
            String device,
            @Nullable Convention convention) {
        String name = figure.labels().getOrDefault("device_name", "");
        if (!name.isEmpty()) {
            attributes.put("hw.name", name);
        }
        if (convention != null && convention.name().equals("hw.temperature")) {
            // The sensor is a component of its own, and the GPU its parent.
            attributes.put("hw.id", device + "/" + convention.extra().get(1));
            attributes.put("hw.parent", device);
        } else {
            attributes.put("hw.id", device);
            attributes.put("hw.type", device.equals(CpuCounters.DEVICE) ? "cpu" : "gpu");
        }
    }
}
