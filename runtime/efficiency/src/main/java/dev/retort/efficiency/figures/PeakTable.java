package dev.retort.efficiency.figures;

import dev.retort.device.Reading;
import dev.retort.efficiency.Precision;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * How many floating-point operations per second devices can do, by name and data type. A device or
 * type that is not in the table has no peak; nothing is taken from a similar one.
 *
 * <p>Immutable; what {@code with} returns is a new table, whose entries go before older ones.
 */
public final class PeakTable {
    private static final double TERA = 1e12;

    private record Entry(double flopsPerSecond, String source) {}

    private final Map<String, Map<Precision, Entry>> entries;

    private PeakTable(Map<String, Map<Precision, Entry>> entries) {
        this.entries = entries;
    }

    /**
     * The table that comes with Retort: dense peaks from data sheets, by NVML's product names.
     *
     * @return the table
     */
    public static PeakTable standard() {
        try (InputStream in =
                Objects.requireNonNull(
                        PeakTable.class.getResourceAsStream("peaks.csv"), "peaks.csv is missing")) {
            BufferedReader reader =
                    new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            return new PeakTable(Map.of()).with(reader.lines().toList(), "data sheet");
        } catch (IOException e) {
            throw new UncheckedIOException("expected the table of peaks in the jar", e);
        }
    }

    /**
     * The table with the entries of a file: CSV, whose head is {@code device} and data types, and
     * whose cells are TFLOP/s or empty. Lines that begin with {@code #} are comments.
     *
     * @param file the file
     * @return the table
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if it is no such table
     */
    public PeakTable with(Path file) throws IOException {
        return with(Files.readAllLines(file), file.getFileName().toString());
    }

    /**
     * The table with one more entry.
     *
     * @param device the name of the device; letter case does not matter
     * @param precision the data type
     * @param flopsPerSecond its dense peak, positive
     * @param source where the number comes from
     * @return the table
     */
    public PeakTable with(
            String device, Precision precision, double flopsPerSecond, String source) {
        if (!(flopsPerSecond > 0) || flopsPerSecond == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException(
                    "expected a positive peak for %s, found %s".formatted(device, flopsPerSecond));
        }
        Map<String, Map<Precision, Entry>> copy = new HashMap<>();
        entries.forEach((name, row) -> copy.put(name, new EnumMap<>(row)));
        copy.computeIfAbsent(key(device), _ -> new EnumMap<>(Precision.class))
                .put(precision, new Entry(flopsPerSecond, source));
        return new PeakTable(copy);
    }

    /**
     * The devices of the table.
     *
     * @return their names in lower case, in alphabetical order
     */
    public List<String> devices() {
        return entries.keySet().stream().sorted().toList();
    }

    /**
     * The peak of a device.
     *
     * @param device its name
     * @param precision the data type
     * @return operations per second, or absent
     */
    public Reading flopsPerSecond(String device, Precision precision) {
        Entry entry = entries.getOrDefault(key(device), Map.of()).get(precision);
        return entry == null
                ? new Reading.Absent(
                        "the peak of %s in %s is not in the table".formatted(device, precision))
                : Reading.now(entry.flopsPerSecond(), "peak of " + device + ", " + entry.source());
    }

    private PeakTable with(List<String> lines, String source) {
        PeakTable table = this;
        List<Precision> head = List.of();
        for (String line : lines) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] cells = line.split(",", -1);
            if (head.isEmpty()) {
                head = head(cells);
                continue;
            }
            if (cells.length != head.size() + 1) {
                throw new IllegalArgumentException(
                        "expected %d cells, found %d: %s"
                                .formatted(head.size() + 1, cells.length, line));
            }
            for (int i = 1; i < cells.length; i++) {
                if (!cells[i].isBlank()) {
                    double peak = Double.parseDouble(cells[i].strip()) * TERA;
                    table = table.with(cells[0], head.get(i - 1), peak, source);
                }
            }
        }
        return table;
    }

    private static List<Precision> head(String[] cells) {
        List<Precision> head = new ArrayList<>();
        for (int i = 1; i < cells.length; i++) {
            head.add(Precision.valueOf(cells[i].strip()));
        }
        return head;
    }

    private static String key(String device) {
        return device.strip().toLowerCase(Locale.ROOT);
    }
}
