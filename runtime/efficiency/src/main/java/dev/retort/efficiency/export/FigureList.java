package dev.retort.efficiency.export;

import dev.retort.device.Reading;
import dev.retort.efficiency.export.Figure.Kind;
import dev.retort.efficiency.export.Figure.Unit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Collects figures. Not thread-safe. */
final class FigureList {
    private final List<Figure> figures = new ArrayList<>();
    private final long now;
    private final String source;

    /**
     * An empty list.
     *
     * @param now the moment of what is taken from the meter itself
     * @param source what the meter is called as a source
     */
    FigureList(long now, String source) {
        this.now = now;
        this.source = source;
    }

    List<Figure> figures() {
        return figures;
    }

    /** Labels: keys and values in turn. */
    static Map<String, String> labels(String... pairs) {
        Map<String, String> labels = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            labels.put(pairs[i], pairs[i + 1]);
        }
        return labels;
    }

    void gauge(String name, Unit unit, double value, String... labels) {
        add(name, unit, Kind.GAUGE, measured(value), labels);
    }

    void count(String name, Unit unit, double value, String... labels) {
        add(name, unit, Kind.COUNTER, measured(value), labels);
    }

    /** A number of things that only grows. */
    void count(String name, long number, String... labels) {
        count(name, Unit.COUNT, (double) number, labels);
    }

    /** A number of things. */
    void gauge(String name, long number, String... labels) {
        gauge(name, Unit.COUNT, (double) number, labels);
    }

    void gauge(String name, Unit unit, OptionalDouble value, String reason, String... labels) {
        Reading reading =
                value.isPresent() ? measured(value.getAsDouble()) : new Reading.Absent(reason);
        add(name, unit, Kind.GAUGE, reading, labels);
    }

    void gauge(String name, Optional<Duration> value, String reason, String... labels) {
        OptionalDouble seconds = value.stream().mapToDouble(FigureList::seconds).findFirst();
        gauge(name, Unit.SECONDS, seconds, reason, labels);
    }

    void add(String name, Unit unit, Kind kind, Reading reading, String... labels) {
        figures.add(new Figure(name, unit, kind, labels(labels), reading));
    }

    static double seconds(Duration duration) {
        return duration.toNanos() * 1e-9;
    }

    /** A value that is none, such as infinity, is absent and not a number that misleads. */
    private Reading measured(double value) {
        return Double.isFinite(value)
                ? new Reading.Measured(value, source, now)
                : new Reading.Absent("the value is not finite");
    }
}
