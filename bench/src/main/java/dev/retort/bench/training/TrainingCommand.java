package dev.retort.bench.training;

import dev.retort.bench.Workload;
import dev.retort.bench.report.ReportFile;
import dev.retort.examples.Counts;
import dev.retort.examples.Seconds;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code retort bench training}: a training step beside that of PyTorch eager. */
@Command(
        name = "training",
        sortOptions = false,
        description = {
            "Times a training step (forward, loss, backward, Adam) on the device that Retort's engine"
                    + " trains on, a GPU where the libtorch that it finds has CUDA and else the CPU,"
                    + " and beside it PyTorch eager of an installed Python on the same device, in"
                    + " turns. Each step is waited for. What cannot be measured stays blank and says"
                    + " why.",
            "",
            "libtorch is looked for in the folder that RETORT_LIBTORCH names and in installed Python"
                    + " packages torch; retort devices says what is found."
        },
        footer = {
            "",
            "Examples:",
            "  retort bench training        the student of Fashion-MNIST, 3 minutes",
            "  retort bench training --case ENCODER --case CNN",
            "  retort bench training --python venv/bin/python --json h100.json"
        })
public final class TrainingCommand implements Callable<Integer> {
    private static final String NO_PYTHON = "none";
    private static final int FAILED = 1;

    @Spec private CommandSpec spec;

    @Option(
            names = "--case",
            paramLabel = "NAME",
            defaultValue = "CNN",
            description =
                    "What is trained: ${COMPLETION-CANDIDATES}; may be given several times. Default:"
                            + " ${DEFAULT-VALUE}, the student of Fashion-MNIST, batch 128.")
    private List<Workload> cases = new ArrayList<>();

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "How often every way is measured, in turns; default ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "6",
            converter = Seconds.class,
            description =
                    "Of a measurement, after as long a warm-up on Retort's side and a third of it in"
                            + " Python, which compiles nothing; default ${DEFAULT-VALUE}.")
    private Duration seconds;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads of an operation on the CPU. Default: all cores.")
    private @Nullable Integer threads;

    @Option(
            names = "--python",
            paramLabel = "EXE",
            defaultValue = "python3",
            description = "A Python with torch, or none to leave it out; default ${DEFAULT-VALUE}.")
    private String python;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Where the report goes. Default: runs/bench-training-<time>.json.")
    private @Nullable Path json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        TrainingBench bench;
        ReportFile file;
        try {
            bench =
                    new TrainingBench(
                            plan(),
                            peer(),
                            step -> {
                                err.println("retort: " + step);
                                err.flush();
                            });
            file = ReportFile.of(json, "bench-training");
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        TrainingReport report = bench.run();
        TrainingTable.print(report, out);
        out.println("report: " + file.write(report));
        out.flush();
        return report.failed().isEmpty() ? 0 : FAILED;
    }

    private Plan plan() {
        int cores = Runtime.getRuntime().availableProcessors();
        int wanted = threads == null ? cores : Counts.atLeastOne("--threads", threads);
        if (wanted > cores) {
            throw new IllegalArgumentException(
                    "expected --threads of at most %d, the cores of this machine, found %d"
                            .formatted(cores, wanted));
        }
        return new Plan(
                cases.stream().distinct().toList(),
                Counts.atLeastOne("--rounds", rounds),
                seconds,
                wanted);
    }

    private @Nullable PyTorchPeer peer() {
        return python.equals(NO_PYTHON) ? null : new PyTorchPeer(python);
    }
}
