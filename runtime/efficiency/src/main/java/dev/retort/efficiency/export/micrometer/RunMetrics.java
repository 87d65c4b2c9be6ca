package dev.retort.efficiency.export.micrometer;

import dev.retort.efficiency.RunAccount;
import dev.retort.efficiency.export.Destination;
import dev.retort.efficiency.export.Figure;
import dev.retort.efficiency.export.Interval;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Figures as meters of Micrometer. A figure is called {@code retort.} and its name, with its unit
 * as the base unit: in Prometheus {@code run.goodput} is {@code retort_run_goodput_ratio} and
 * {@code run.steps} is {@code retort_run_steps_total}. Tags are the {@linkplain Interval#runLabels
 * labels of the run} and those of the figure.
 *
 * <p>Values are those of the last interval. A figure that is absent has no meter: it is taken out
 * of the registries while it is, so it never reads zero or NaN. Runs that share a registry should
 * have the same keys of tags, since Prometheus wants the same labels for all series of a name.
 *
 * <p>A run takes over the meters of an earlier one that has the same name and tags. After the end
 * of the run the meters keep their last values, for registries that push; {@link #remove} takes
 * them out. Thread-safe.
 */
public final class RunMetrics implements Destination, MeterBinder {
    private final List<Bound> registries = new ArrayList<>();
    private @Nullable Interval latest;

    /** A destination that is bound to no registry yet. */
    public RunMetrics() {}

    @Override
    public String name() {
        return "Micrometer";
    }

    @Override
    public synchronized void bindTo(MeterRegistry registry) {
        Bound bound = new Bound(registry);
        registries.add(bound);
        if (latest != null) {
            bound.update(latest);
        }
    }

    @Override
    public void open(RunAccount run) {}

    @Override
    public synchronized void accept(Interval interval) {
        latest = interval;
        registries.forEach(registry -> registry.update(interval));
    }

    @Override
    public void close() {}

    /** Takes all meters out of all registries. */
    public synchronized void remove() {
        registries.forEach(Bound::clear);
        registries.clear();
    }

    /** A series. */
    private record Key(String name, Map<String, String> labels) {}

    /** What a meter reads. */
    private static final class Cell {
        private volatile double value;

        Cell(double value) {
            this.value = value;
        }

        double value() {
            return value;
        }
    }

    private record Entry(Cell cell, Meter meter) {}

    /** A registry, and the meters that are in it. */
    private static final class Bound {
        private final MeterRegistry registry;
        private final Map<Key, Entry> entries = new HashMap<>();

        Bound(MeterRegistry registry) {
            this.registry = registry;
        }

        void update(Interval interval) {
            Tags ofRun = tags(interval.runLabels());
            Set<Key> present = new HashSet<>();
            for (Figure figure : interval.figures()) {
                figure.value()
                        .ifPresent(
                                value -> {
                                    Key key = new Key(figure.name(), figure.labels());
                                    present.add(key);
                                    Entry entry = entries.get(key);
                                    if (entry == null) {
                                        entries.put(key, register(figure, value, ofRun));
                                    } else {
                                        entry.cell().value = value;
                                    }
                                });
            }
            entries.entrySet()
                    .removeIf(
                            entry -> {
                                boolean gone = !present.contains(entry.getKey());
                                if (gone) {
                                    remove(entry.getValue().meter());
                                }
                                return gone;
                            });
        }

        void clear() {
            entries.values().forEach(entry -> remove(entry.meter()));
            entries.clear();
        }

        /** Another run may have taken the name over. */
        private void remove(Meter own) {
            if (registry.getMeters().stream().anyMatch(meter -> meter == own)) {
                registry.remove(own);
            }
        }

        private Entry register(Figure figure, double value, Tags ofRun) {
            Cell cell = new Cell(value);
            String name = "retort." + figure.name();
            String unit = figure.unit().suffix().isEmpty() ? null : figure.unit().suffix();
            Tags tags = ofRun.and(tags(figure.labels()));
            // Whoever registers a name that is taken gets the meter that has it, and its numbers.
            registry.removeByPreFilterId(
                    new Meter.Id(
                            name,
                            tags,
                            unit,
                            figure.description(),
                            figure.kind() == Figure.Kind.GAUGE
                                    ? Meter.Type.GAUGE
                                    : Meter.Type.COUNTER));
            Meter meter =
                    switch (figure.kind()) {
                        case GAUGE ->
                                Gauge.builder(name, cell, Cell::value)
                                        .strongReference(true)
                                        .baseUnit(unit)
                                        .description(figure.description())
                                        .tags(tags)
                                        .register(registry);
                        case COUNTER ->
                                FunctionCounter.builder(name, cell, Cell::value)
                                        .baseUnit(unit)
                                        .description(figure.description())
                                        .tags(tags)
                                        .register(registry);
                    };
            return new Entry(cell, meter);
        }

        private static Tags tags(Map<String, String> labels) {
            Tags tags = Tags.empty();
            for (Map.Entry<String, String> label : labels.entrySet()) {
                tags = tags.and(label.getKey(), label.getValue());
            }
            return tags;
        }
    }
}
