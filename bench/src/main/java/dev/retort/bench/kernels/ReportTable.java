package dev.retort.bench.kernels;

import dev.retort.bench.kernels.KernelReport.Gpu;
import dev.retort.bench.kernels.KernelReport.MeasuredCeilings;
import dev.retort.bench.kernels.KernelReport.Result;
import dev.retort.bench.kernels.KernelReport.Timed;
import dev.retort.examples.TextTable;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** The report for the terminal. */
final class ReportTable {
    private static final String BLANK = "";

    private ReportTable() {}

    static void print(KernelReport report, PrintWriter out) {
        out.println(report.machine());
        out.printf(
                Locale.ROOT,
                "a call into C: %.1f ns, critical %.1f ns (a first look; JMH's CallOverhead compares)%n",
                report.hostCalls().plainNanoseconds(),
                report.hostCalls().criticalNanoseconds());
        Gpu gpu = report.device();
        if (gpu != null) {
            out.printf(
                    "%s, compute capability %s, %d multiprocessors, CUDA %s%n",
                    gpu.name(), gpu.computeCapability(), gpu.multiprocessors(), gpu.driver());
            ceilings(report, out);
            kernels(report, out);
        }
        report.absent().forEach(reason -> out.println("absent: " + reason));
    }

    private static void ceilings(KernelReport report, PrintWriter out) {
        MeasuredCeilings ceilings = report.ceilings();
        if (ceilings != null) {
            out.printf(
                    Locale.ROOT,
                    "the driver's copy: %.0f GB/s read and written%n",
                    ceilings.copyBytesPerSecond() / 1e9);
            Double matrix = ceilings.matrixOperationsPerSecond();
            if (matrix != null) {
                out.printf(Locale.ROOT, "a bf16 matrix product: %.0f TFLOP/s%n", matrix / 1e12);
            }
        }
        LaunchOverhead launches = report.launchOverhead();
        if (launches != null) {
            out.printf(
                    Locale.ROOT,
                    "%d small kernels: launched one by one in %.1f µs, as a graph in %.1f µs; done after %.1f µs and %.1f µs%n",
                    launches.kernels(),
                    launches.oneByOneMicroseconds(),
                    launches.graphMicroseconds(),
                    launches.oneByOneUntilDone(),
                    launches.graphUntilDone());
        }
    }

    private static void kernels(KernelReport report, PrintWriter out) {
        TextTable table =
                new TextTable(
                        List.of(
                                "kernel",
                                "shape",
                                "MB",
                                "MFLOP",
                                "µs",
                                "spread",
                                "GB/s",
                                "of copy",
                                "GFLOP/s",
                                "of matrix",
                                "difference",
                                "check"));
        report.kernels().forEach(result -> table.row(cells(result)));
        out.println();
        table.print(out);
    }

    private static List<String> cells(Result result) {
        Timed timed = result.timing();
        Double difference = result.difference();
        Double ofMatrix = timed == null ? null : timed.shareOfMatrix();
        return List.of(
                result.name(),
                result.shape(),
                number("%.1f", result.bytes() / 1e6),
                number("%.1f", result.operations() / 1e6),
                timed == null ? BLANK : number("%.2f", timed.microseconds()),
                timed == null
                        ? BLANK
                        : number(
                                "%.1f %%",
                                100
                                        * (timed.highestMicroseconds() - timed.lowestMicroseconds())
                                        / timed.microseconds()),
                timed == null ? BLANK : number("%.0f", timed.bytesPerSecond() / 1e9),
                timed == null ? BLANK : number("%.1f %%", 100 * timed.shareOfCopy()),
                timed == null ? BLANK : number("%.0f", timed.operationsPerSecond() / 1e9),
                ofMatrix == null ? BLANK : number("%.1f %%", 100 * ofMatrix),
                difference == null ? "not a number" : number("%.1e", difference),
                result.passed() ? "pass" : "FAIL");
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
