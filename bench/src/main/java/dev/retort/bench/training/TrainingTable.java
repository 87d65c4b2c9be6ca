package dev.retort.bench.training;

import dev.retort.bench.training.TrainingReport.Case;
import dev.retort.bench.training.TrainingReport.Hardware;
import dev.retort.bench.training.TrainingReport.Library;
import dev.retort.bench.training.TrainingReport.Python;
import dev.retort.bench.training.TrainingReport.Way;
import dev.retort.examples.TextTable;

import org.jspecify.annotations.Nullable;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalDouble;

/** The report for the terminal. */
final class TrainingTable {
    private static final String BLANK = "";

    private TrainingTable() {}

    static void print(TrainingReport report, PrintWriter out) {
        out.println(report.machine());
        Library library = report.libtorch();
        Hardware device = report.device();
        Python python = report.python();
        if (library != null) {
            out.printf(
                    "libtorch %s, %s, from %s: %s%n",
                    library.version(),
                    library.cuda() ? "with CUDA" : "CPU only",
                    library.origin(),
                    library.folder());
        }
        if (python != null) {
            out.printf(
                    "%s of %s, Python %s%n", python.torch(), python.executable(), python.version());
        }
        if (device != null) {
            out.printf(
                    "on %s (%s), threads %d%n", device.device(), device.name(), report.threads());
            report.cases().forEach(one -> print(one, report, out));
        }
        report.absent().forEach(reason -> out.println("absent: " + reason));
        report.failed().forEach(reason -> out.println("FAILED: " + reason));
    }

    private static void print(Case one, TrainingReport report, PrintWriter out) {
        OptionalDouble fastest =
                one.ways().stream()
                        .filter(Way::python)
                        .map(Way::microseconds)
                        .filter(Objects::nonNull)
                        .mapToDouble(Double::doubleValue)
                        .min();
        TextTable table =
                new TextTable(
                        List.of(
                                one.name(),
                                "µs a step",
                                "lowest to highest",
                                "of the fastest PyTorch"));
        one.ways().forEach(way -> table.row(cells(way, fastest)));
        out.println();
        table.print(out);
        out.printf(
                Locale.ROOT,
                "rounds: %d of %.1f s; median, lowest and highest of their medians%n%n",
                report.rounds(),
                report.seconds());
    }

    private static List<String> cells(Way way, OptionalDouble fastest) {
        Double median = way.microseconds();
        if (median == null) {
            return List.of(way.name(), BLANK, BLANK, BLANK);
        }
        return List.of(
                way.name(),
                number(median),
                number(way.lowestMicroseconds()) + " to " + number(way.highestMicroseconds()),
                fastest.isEmpty()
                        ? BLANK
                        : String.format(Locale.ROOT, "%.2f", median / fastest.getAsDouble()));
    }

    private static String number(@Nullable Double microseconds) {
        return String.format(Locale.ROOT, "%,.1f", microseconds);
    }
}
