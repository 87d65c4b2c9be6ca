package dev.retort.efficiency.export.otel;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableDoubleMeasurement;

import org.jspecify.annotations.Nullable;

import java.lang.ref.WeakReference;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What all runs report to one meter of an SDK: an SDK that is told two values of the same
 * attributes keeps the first and drops the other, so of runs that are called alike only the latest
 * is told. Thread-safe.
 */
final class MeterPoints {
    /** The SDK's callbacks hold the points, and nothing here holds the SDK. */
    private static final Map<Meter, WeakReference<MeterPoints>> ALL = new WeakHashMap<>();

    /** A value and what it is of. */
    record Point(double value, Attributes attributes) {}

    private record OfRun(Object owner, Map<String, List<Point>> points) {}

    private final Meter meter;
    private final Map<Attributes, OfRun> runs = new ConcurrentHashMap<>();
    private final Map<String, AutoCloseable> instruments = new HashMap<>();

    private MeterPoints(Meter meter) {
        this.meter = meter;
    }

    /** The points of a meter. */
    static MeterPoints of(Meter meter) {
        synchronized (ALL) {
            WeakReference<MeterPoints> known = ALL.get(meter);
            @Nullable MeterPoints points = known == null ? null : known.get();
            if (points == null) {
                points = new MeterPoints(meter);
                ALL.put(meter, new WeakReference<>(points));
            }
            return points;
        }
    }

    /** Replaces the points of a run, whoever reported it before. */
    synchronized void put(
            Object owner,
            Attributes run,
            Map<String, List<Point>> points,
            Collection<Instrument> kinds) {
        runs.put(run, new OfRun(owner, points));
        kinds.forEach(kind -> instruments.computeIfAbsent(kind.name(), _ -> instrument(kind)));
    }

    /** Takes the points of an owner away, and with the last ones the instruments. */
    synchronized void remove(Object owner) {
        runs.values().removeIf(run -> run.owner() == owner);
        if (runs.isEmpty()) {
            for (AutoCloseable instrument : instruments.values()) {
                try {
                    instrument.close();
                } catch (Exception e) {
                    throw new IllegalStateException("an instrument did not close", e);
                }
            }
            instruments.clear();
        }
    }

    private AutoCloseable instrument(Instrument kind) {
        String name = kind.name();
        return switch (kind.type()) {
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
        };
    }

    private void report(String name, ObservableDoubleMeasurement into) {
        for (OfRun run : runs.values()) {
            for (Point point : run.points().getOrDefault(name, List.of())) {
                into.record(point.value(), point.attributes());
            }
        }
    }
}
