package dev.retort.device.counters;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Values from a file whose lines are a label and a number, as {@code /proc/meminfo}. */
final class LabelledFileProbe extends FileProbe {
    private final List<Line> lines;
    private final byte[][] labels;
    private final byte[][] units;
    private final int[] places;
    private final String[] missing;

    /**
     * A line.
     *
     * @param label how it begins, for example {@code MemAvailable:}
     * @param unit what stands behind the number, for example {@code kB}; empty for nothing
     * @param series what it counts
     * @param unitsPerCount what one count is worth
     * @param counter for a cumulative series what makes its growth; otherwise one that is not used
     */
    record Line(
            String label,
            String unit,
            Series series,
            double unitsPerCount,
            CumulativeCounter counter) {
        Line(String label, String unit, Series series, double unitsPerCount) {
            this(label, unit, series, unitsPerCount, CumulativeCounter.endless(unitsPerCount));
        }
    }

    LabelledFileProbe(KernelFile file, List<Line> lines) {
        super(file, lines.stream().map(Line::series).toList());
        this.lines = List.copyOf(lines);
        labels = new byte[lines.size()][];
        units = new byte[lines.size()][];
        places = new int[lines.size()];
        missing = new String[lines.size()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = lines.get(i).label().getBytes(StandardCharsets.ISO_8859_1);
            units[i] = lines.get(i).unit().getBytes(StandardCharsets.ISO_8859_1);
            missing[i] =
                    Absences.unexpected(
                            file.path(),
                            "line '%s <number> %s'"
                                    .formatted(lines.get(i).label(), lines.get(i).unit()));
        }
    }

    @Override
    void parse(KernelFile file, long nanoTime) {
        for (int i = 0; i < labels.length; i++) {
            Line line = lines.get(i);
            int at = file.afterLabel(labels[i], places[i]);
            places[i] = at;
            long number = at >= 0 && file.endsWith(at, units[i]) ? file.number(at) : -1;
            if (line.series().counter().cumulative()) {
                count(i, line.counter(), number, nanoTime, missing[i]);
            } else if (number < 0) {
                absent(i, missing[i]);
            } else {
                measured(i, number * line.unitsPerCount());
            }
        }
    }
}
