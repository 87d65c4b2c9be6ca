package dev.retort.examples.lab;

import dev.retort.efficiency.report.AtomicFile;
import dev.retort.experiment.lab.CsvExport;
import dev.retort.experiment.lab.ExportTable;
import dev.retort.experiment.lab.PointTable;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.experiment.lab.RunTable;
import dev.retort.experiment.mlflow.MlflowExport;
import dev.retort.experiment.store.EventStore;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** {@code retort lab export}: runs for other programs. */
@Command(
        name = "export",
        sortOptions = false,
        description = {
            "Write runs as CSV or Parquet, with their parameters and results in columns, or their"
                    + " metric points, or bring those that have ended to an MLflow server with their"
                    + " metric points.",
            "The same again brings to a server only what is not there, or was tried again since.",
            "The exit code is 1 if metric points were missing or a server did not take a run."
        },
        footer = {
            "",
            "Of a run, queued, started (when its first attempt was given its devices) and ended are"
                    + " instants of UTC, and deviceSeconds is what its attempts are charged; without"
                    + " devices, cores count.",
            "Of a Parquet file, numbers are INT64 or DOUBLE and instants TIMESTAMP of UTC; what is"
                    + " missing is null:",
            "./retort lab export --parquet runs.parquet",
            "./retort lab export --parquet points.parquet --points --experiment rates"
        })
final class ExportCommand implements Callable<Integer> {
    private static final int BUFFER = 1 << 20;

    @ParentCommand private LabCommand parent;

    @Option(names = "--csv", paramLabel = "FILE", description = "Write this file.")
    private @Nullable Path csv;

    @Option(names = "--parquet", paramLabel = "FILE", description = "Write this one.")
    private @Nullable Path parquet;

    @Option(
            names = "--mlflow",
            paramLabel = "URL",
            description = "Bring them there, such as http://localhost:5000.")
    private @Nullable URI mlflow;

    @Option(
            names = "--experiment",
            paramLabel = "NAME",
            description = "Only those of this experiment.")
    private @Nullable String experiment;

    @Option(
            names = "--points",
            description =
                    "With --csv or --parquet: in place of runs, the metric points of their attempts"
                            + " that have ended, a row each.")
    private boolean points;

    @Option(
            names = "--folder",
            paramLabel = "FOLDER",
            description =
                    "With --mlflow or --points: where metric points are, as given to \"lab run\""
                            + " (default: the folder of the store, or ./lab).")
    private @Nullable Path folder;

    @Override
    public Integer call() throws IOException {
        check();
        String name = experiment;
        RunFilter filter = name == null ? RunFilter.all() : RunFilter.ofExperiment(name);
        return parent.open(
                (lab, store) -> {
                    Named.check(lab, filter);
                    URI server = mlflow;
                    return server == null ? write(store, filter) : bring(server, store, filter);
                });
    }

    private void check() throws IOException {
        List<String> given = new ArrayList<>();
        if (csv != null) {
            given.add("--csv");
        }
        if (parquet != null) {
            given.add("--parquet");
        }
        if (mlflow != null) {
            given.add("--mlflow");
        }
        if (given.size() != 1) {
            throw new IOException(
                    "expected one of --csv FILE, --parquet FILE and --mlflow URL, found "
                            + (given.isEmpty() ? "none" : String.join(" and ", given)));
        }
        if (mlflow != null && points) {
            throw new IOException(
                    "expected no --points with --mlflow, which takes them with their runs");
        }
        if (mlflow == null && !points && folder != null) {
            throw new IOException(
                    "expected --folder with --points or --mlflow alone: results are in the store");
        }
        requireFile("--csv", csv);
        requireFile("--parquet", parquet);
    }

    /** A file is written beside its place and moved there, which is of no use to a pipe. */
    private static void requireFile(String option, @Nullable Path file) throws IOException {
        if (file != null
                && (file.equals(Path.of("-"))
                        || isStream(file)
                        || (Files.exists(file) && !Files.isRegularFile(file)))) {
            throw new IOException(
                    "%s is %s: expected a file, which standard output, a device or a folder is not"
                            .formatted(option, file));
        }
    }

    /**
     * As {@code /dev/stdout} is also where it leads to a file: another would take the place of the
     * one that standard output goes on with.
     */
    private static boolean isStream(Path file) throws IOException {
        return Files.isSymbolicLink(file) && Files.readSymbolicLink(file).startsWith("/proc");
    }

    private int write(EventStore store, RunFilter filter) throws IOException {
        Map<String, Object> said = new LinkedHashMap<>();
        int missing = 0;
        ExportTable table;
        if (points) {
            PointTable all = PointTable.of(store, filter, metrics());
            missing = all.missing();
            said.put("points", all.rows());
            said.put("missingMetricFiles", missing);
            table = all;
        } else {
            table = RunTable.of(store, filter);
            said.put("runs", table.rows());
        }
        if (csv != null) {
            AtomicFile.write(csv.toAbsolutePath(), out -> writeCsv(table, out));
        } else if (parquet != null) {
            AtomicFile.write(
                    parquet.toAbsolutePath(),
                    out -> ParquetExport.write(table, new BufferedOutputStream(out, BUFFER)));
        }
        parent.print(said);
        return missing == 0 ? 0 : 1;
    }

    private static void writeCsv(ExportTable table, OutputStream out) throws IOException {
        Writer text =
                new OutputStreamWriter(
                        new BufferedOutputStream(out, BUFFER), StandardCharsets.UTF_8);
        CsvExport.write(table, text);
        text.flush();
    }

    private int bring(URI server, EventStore store, RunFilter filter) throws IOException {
        MlflowExport export = new MlflowExport(server, metrics());
        MlflowExport.Result result = uninterrupted(() -> export.write(store, filter));
        Map<String, Object> said = new LinkedHashMap<>();
        said.put("runs", result.runs());
        said.put("missingMetricFiles", result.missing());
        said.put("failed", result.failed());
        parent.print(said);
        return result.missing() == 0 && result.failed().isEmpty() ? 0 : 1;
    }

    private Path metrics() {
        return folder == null ? parent.folder() : folder;
    }

    /** A program that is interrupted ends. */
    static <T> T uninterrupted(Request<T> request) throws IOException {
        try {
            return request.send();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("it was interrupted", e);
        }
    }

    interface Request<T> {
        T send() throws IOException, InterruptedException;
    }
}
