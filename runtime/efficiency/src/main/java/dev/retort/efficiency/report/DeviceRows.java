package dev.retort.efficiency.report;

import dev.retort.efficiency.DeviceTime;
import dev.retort.efficiency.Region;
import dev.retort.efficiency.figures.DeviceUtilisation;

import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;

/** What the figures say of devices: how busy they were, with what, and how much of them. */
final class DeviceRows {
    private final FigureTable table;

    DeviceRows(FigureTable table) {
        this.table = table;
    }

    void add(Figures figures) {
        time(figures.deviceTime());
        if (figures.utilisation().isEmpty()) {
            table.absent("device utilisation", "no GPU is sampled for this run", false);
        }
        boolean several = figures.utilisation().size() > 1;
        figures.utilisation().forEach((device, used) -> used(several ? " of " + device : "", used));
    }

    private void used(String of, DeviceUtilisation used) {
        table.reading("GPU busy" + of, used.busy(), DeviceRows::share, false);
        table.reading(
                "multiprocessors with work" + of, used.multiprocessors(), DeviceRows::share, false);
        table.reading("tensor pipes active" + of, used.tensor(), DeviceRows::share, false);
        table.reading("memory bandwidth used" + of, used.memory(), DeviceRows::share, false);
        table.reading("OFU" + of, used.operating(), DeviceRows::share, false);
        table.reading("clock held down" + of, used.throttled(), DeviceRows::share, false);
        table.reading("clock lost by it" + of, used.slowdown(), DeviceRows::share, false);
    }

    private void time(Optional<DeviceTime> timed) {
        if (timed.isEmpty()) {
            table.absent("device time", "no stream is timed (RunOptions.deviceStreams)", false);
            return;
        }
        DeviceTime time = timed.get();
        String source =
                "events on streams of %s, of %s%s"
                        .formatted(
                                String.join(", ", new LinkedHashSet<>(time.devices())),
                                text(time.known()),
                                time.clockError()
                                        .map(error -> ", placed to within " + text(error))
                                        .orElse(""));
        if (!time.known().isPositive()) {
            String reasons = String.join("; ", time.untimed().keySet());
            table.absent(
                    "device time", reasons.isEmpty() ? "no region was done yet" : reasons, false);
            return;
        }
        part("device busy", time.busy(), time, source);
        part("device idle", time.idle(), time, source);
        part("device unknown", time.unknown(), time, source + "; work was not timed");
        byRegion("device busy in ", time.byRegion(), time, "summed over streams");
        byRegion("device idle in ", time.idleByRegion(), time, "where the host was meanwhile");
        time.idleInJvm()
                .ifPresent(
                        idle ->
                                part(
                                        "device idle by the JVM",
                                        idle,
                                        time,
                                        source + "; the JVM stood still or compiled"));
    }

    private void byRegion(
            String name, Map<Region, Duration> parts, DeviceTime time, String source) {
        parts.entrySet().stream()
                .filter(part -> part.getValue().isPositive())
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .forEach(
                        part ->
                                part(
                                        name + Words.plain(part.getKey().toString()),
                                        part.getValue(),
                                        time,
                                        source));
    }

    private void part(String name, Duration part, DeviceTime time, String source) {
        double share = (double) part.toNanos() / time.known().toNanos();
        table.add(name, text(part) + ", " + Numbers.percent(share, 1), source, false);
    }

    private static String share(double value) {
        return Numbers.percent(value, 1);
    }

    private static String text(Duration time) {
        return Numbers.time(time.toNanos() * 1e-9);
    }
}
