package dev.retort.examples.lab;

import dev.retort.efficiency.report.AtomicFile;
import dev.retort.experiment.lab.CsvExport;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.experiment.mlflow.MlflowExport;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;

/** {@code retort lab export}: runs for other programs. */
@Command(
        name = "export",
        sortOptions = false,
        description = {
            "Write runs as CSV, with their parameters and results in columns, or bring those that"
                    + " have ended to an MLflow server with their metric points.",
            "The same again brings to a server only what is not there, or was tried again since.",
            "The exit code is 1 if metric points were missing or a server did not take a run."
        })
final class ExportCommand implements Callable<Integer> {
    private static final int BUFFER = 1 << 20;

    @ParentCommand private LabCommand parent;

    @Option(names = "--csv", paramLabel = "FILE", description = "Write this file.")
    private @Nullable Path csv;

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
            names = "--folder",
            paramLabel = "FOLDER",
            description =
                    "With --mlflow: where metric points are, as given to \"lab run\" (default: the"
                            + " folder of the store, or ./lab).")
    private @Nullable Path folder;

    @Override
    public Integer call() throws IOException {
        if ((csv == null) == (mlflow == null)) {
            throw new IOException("expected either --csv FILE or --mlflow URL");
        }
        if (csv != null && folder != null) {
            throw new IOException(
                    "expected no --folder with --csv, which has results and no metric points");
        }
        String name = experiment;
        RunFilter filter = name == null ? RunFilter.all() : RunFilter.ofExperiment(name);
        return parent.open(
                (lab, store) -> {
                    Named.check(lab, filter);
                    Map<String, Object> said = new LinkedHashMap<>();
                    int code = 0;
                    if (csv != null) {
                        AtomicFile.write(
                                csv.toAbsolutePath(),
                                out -> {
                                    Writer text =
                                            new BufferedWriter(
                                                    new OutputStreamWriter(
                                                            out, StandardCharsets.UTF_8),
                                                    BUFFER);
                                    said.put("runs", CsvExport.write(store, filter, text));
                                    text.flush();
                                });
                    } else if (mlflow != null) {
                        MlflowExport export =
                                new MlflowExport(mlflow, folder == null ? parent.folder() : folder);
                        MlflowExport.Result result =
                                uninterrupted(() -> export.write(store, filter));
                        said.put("runs", result.runs());
                        said.put("missingMetricFiles", result.missing());
                        said.put("failed", result.failed());
                        code = result.missing() == 0 && result.failed().isEmpty() ? 0 : 1;
                    }
                    parent.print(said);
                    return code;
                });
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
