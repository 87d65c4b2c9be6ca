package dev.retort.examples.lab;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;

/** {@code retort lab report}: a page about all experiments. */
@Command(
        name = "report",
        sortOptions = false,
        description = {
            "Write a page, complete in itself: verdicts, experiments and their arms, searches with"
                    + " their curves, what runs wait for or failed with, velocity and waste, what was"
                    + " not done twice, what was done without a person, and what other numbers of"
                    + " devices would have made of it."
        })
final class ReportCommand implements Callable<Integer> {
    @ParentCommand private LabCommand parent;

    @Option(
            names = "--html",
            paramLabel = "FILE",
            required = true,
            description = "The file of the page.")
    private Path html;

    @Option(
            names = "--price",
            paramLabel = "PRICE",
            description = "What an hour of a device costs, for what was saved and what it cost.")
    private @Nullable Double price;

    @Option(
            names = "--folder",
            paramLabel = "FOLDER",
            description =
                    "Where ledgers are, as given to \"lab run\" (default: the folder of the store,"
                            + " or ./lab).")
    private @Nullable Path folder;

    @Override
    public Integer call() throws IOException {
        return parent.with(
                (lab, store) -> {
                    LabCommand.checkPrice(price, lab);
                    Path files = folder == null ? parent.folder() : folder;
                    LabPage page =
                            new LabPage(
                                    lab, store, StoreLocation.shown(parent.store()), price, files);
                    Path written = LabReport.write(page, html);
                    return Map.of("page", written.toString());
                });
    }
}
