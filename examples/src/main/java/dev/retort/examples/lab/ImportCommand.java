package dev.retort.examples.lab;

import dev.retort.experiment.mlflow.MlflowImport;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.Callable;

/** {@code retort lab import}: runs from an MLflow server. */
@Command(
        name = "import",
        sortOptions = false,
        description = {
            "Fetch the finished runs of an experiment of an MLflow server.",
            "They are listed, compared and exported like others; no hypothesis is decided by them,"
                    + " since none was registered before they ran."
        })
final class ImportCommand implements Callable<Integer> {
    @ParentCommand private LabCommand parent;

    @Option(
            names = "--mlflow",
            paramLabel = "URL",
            required = true,
            description = "The server, such as http://localhost:5000.")
    private URI mlflow;

    @Option(
            names = "--experiment",
            paramLabel = "NAME",
            required = true,
            description = "The experiment there.")
    private String experiment;

    @Option(
            names = "--as",
            paramLabel = "NAME",
            description = "Its name here (default: that there).")
    private @Nullable String as;

    @Option(
            names = "--team",
            paramLabel = "NAME",
            defaultValue = "imported",
            description = "Whose it is (default: ${DEFAULT-VALUE}).")
    private String team;

    @Override
    public Integer call() throws IOException {
        String name = as == null ? experiment : as;
        int runs =
                LabCommand.open(
                        parent.store(),
                        true,
                        (_, store) ->
                                ExportCommand.uninterrupted(
                                        () ->
                                                MlflowImport.read(
                                                        mlflow, experiment, store, name, team)));
        parent.print(Map.of("runs", runs));
        return 0;
    }
}
