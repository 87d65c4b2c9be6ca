package dev.retort.examples.lab;

import dev.retort.efficiency.report.AtomicFile;
import dev.retort.experiment.lab.CsvExport;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.experiment.mlflow.MlflowExport;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

import java.io.IOException;
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
            "The same again brings to a server only what is not there."
        })
final class ExportCommand implements Callable<Integer> {
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

    @Override
    public Integer call() throws IOException {
        if ((csv == null) == (mlflow == null)) {
            throw new IOException("expected either --csv FILE or --mlflow URL");
        }
        RunFilter filter =
                experiment == null ? RunFilter.all() : RunFilter.ofExperiment(experiment);
        return parent.with(
                (_, store) -> {
                    Map<String, Object> said = new LinkedHashMap<>();
                    if (csv != null) {
                        StringBuilder text = new StringBuilder();
                        said.put("runs", CsvExport.write(store, filter, text));
                        AtomicFile.write(
                                csv.toAbsolutePath(),
                                text.toString().getBytes(StandardCharsets.UTF_8));
                    } else if (mlflow != null) {
                        MlflowExport export = new MlflowExport(mlflow, parent.folder());
                        said.put("runs", uninterrupted(() -> export.write(store, filter)));
                    }
                    return said;
                });
    }

    /** A program that is interrupted ends. */
    static int uninterrupted(Request request) throws IOException {
        try {
            return request.send();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("it was interrupted", e);
        }
    }

    interface Request {
        int send() throws IOException, InterruptedException;
    }
}
