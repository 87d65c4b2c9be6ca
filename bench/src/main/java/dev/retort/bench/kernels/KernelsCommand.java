package dev.retort.bench.kernels;

import dev.retort.bench.report.ReportFile;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;

/** {@code retort bench kernels}: checks and times the kernels on the first GPU. */
@Command(
        name = "kernels",
        sortOptions = false,
        description = {
            "Checks each kernel against a float64 reference on fresh random inputs, times it on the"
                    + " device, and compares it with the copy and the matrix product that the same"
                    + " device reaches. Without a GPU it says why and measures the host only."
        })
public final class KernelsCommand implements Callable<Integer> {
    private static final int FAILED = 1;

    @Spec private CommandSpec spec;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "NAME",
            description = "Kernels to run, separated by commas. Default: all.")
    private Set<String> only = new TreeSet<>();

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Where the report goes. Default: runs/bench-kernels-<time>.json.")
    private @Nullable Path json;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Seed of the random inputs; default: the time.")
    private @Nullable Long seed;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        CaseList cases;
        ReportFile file;
        try {
            cases = new CaseList(only);
            file = ReportFile.of(json, "bench-kernels");
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        KernelReport report =
                new KernelBench(
                                cases,
                                seed == null ? System.nanoTime() : seed,
                                step -> {
                                    err.println("retort: " + step);
                                    err.flush();
                                })
                        .run();
        ReportTable.print(report, out);
        out.println("report: " + file.write(report));
        out.flush();
        return report.passed() ? 0 : FAILED;
    }
}
