package dev.retort.examples;

import dev.retort.distill.Role;
import dev.retort.distill.StudyResult;
import dev.retort.distill.recipe.CacheSettings;
import dev.retort.distill.recipe.ModelRecipe;
import dev.retort.distill.recipe.Recipe;
import dev.retort.distill.report.ReportDocument;
import dev.retort.distill.report.ReportFiles;
import dev.retort.distill.report.Reports;
import dev.retort.efficiency.report.Numbers;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Prints and writes what came of a study that is over. Where something cannot be written, the rest
 * is, and how to come by it is said.
 *
 * @param console where tables go
 * @param recipe what was run
 * @param folder where its models are, and where report and exports go
 * @param saving says how to go on
 * @param export what is to be exported
 */
record StudyOutput(
        PrintWriter console,
        Recipe recipe,
        Path folder,
        CheckpointOptions saving,
        ExportOptions export) {
    /**
     * Prints and writes all of it.
     *
     * @param result what came of it
     * @param unsaved the models that could not be saved, and why
     * @param beginning when this process began with it
     * @throws IOException if something could not be written, or models were not saved, with how to
     *     come by them
     */
    void write(StudyResult result, Map<Role, IOException> unsaved, Beginning beginning)
            throws IOException {
        ReportDocument report = Reports.of(result, recipe, Instant.now());
        // First what needs no disk.
        ResultTables.print(report, result, console);
        printOrigin();
        Path html = write(report);
        ExportOptions.Source source =
                new ExportOptions.Source(
                        recipe, result, metadata(report, result), folder, unsaved.keySet());
        if (!unsaved.isEmpty()) {
            IOException incomplete = incomplete(source, unsaved.values());
            console.printf("Report: %s%n", html).flush();
            throw incomplete;
        }
        Optional<RuntimeException> failed = export(source);
        console.printf("Report: %s%nModels: %s%nTime:   %s%n", html, folder, beginning.timeSince())
                .flush();
        if (failed.isPresent()) {
            throw failed.get();
        }
        saving.finished(html);
    }

    /**
     * When a process began with a study.
     *
     * @param startNanos by {@link System#nanoTime}
     * @param resumed whether others had worked on it before
     */
    record Beginning(long startNanos, boolean resumed) {
        /** The time since then in words, and that it is not all where it is not. */
        String timeSince() {
            return Numbers.time((System.nanoTime() - startNanos) / 1e9)
                    + (resumed ? ", since it was resumed" : "");
        }
    }

    /** What was used, and what makes it once more. */
    private void printOrigin() {
        CacheSettings cache = recipe.cache();
        if (cache != null) {
            console.printf("Cache:  %s%n", cache.open().path());
        }
        console.printf("Recipe: %s%n", folder.resolve(ReportFiles.RECIPE)).flush();
    }

    /** What was printed stays, and so do the models. */
    private Path write(ReportDocument report) throws IOException {
        try {
            return ReportFiles.write(report, folder);
        } catch (IOException e) {
            throw new IOException(
                    "the report cannot be written to %s (%s); what was saved there stays, %s"
                            .formatted(folder, e.getMessage(), repeat()),
                    e);
        }
    }

    /** How to come by what could not be written. */
    private String repeat() {
        return saving.advice()
                .map(command -> "and once there is room " + command + " writes the rest")
                .orElse("and only a run once more writes the rest");
    }

    /** Exports where report and models are in the folder. */
    private Optional<RuntimeException> export(ExportOptions.Source source) throws IOException {
        try {
            return export.write(source, console);
        } catch (IOException e) {
            throw new IOException(
                    "%s; report and models are there, %s".formatted(e.getMessage(), repeat()), e);
        }
    }

    /** Exports what can be without the models that were not saved, and says what is missing. */
    private IOException incomplete(ExportOptions.Source source, Collection<IOException> unsaved) {
        List<Exception> failures = new ArrayList<>(unsaved);
        try {
            export.write(source, console).ifPresent(failures::add);
        } catch (IOException e) {
            failures.add(e);
        }
        String impossible = export.impossible(source.unsaved());
        String said =
                failures.stream().map(Exception::getMessage).collect(Collectors.joining("; "));
        IOException incomplete =
                new IOException(
                        "%s; report and recipe are in %s, %s%s"
                                .formatted(
                                        said,
                                        folder,
                                        impossible.isEmpty()
                                                ? ""
                                                : "nothing is exported as " + impossible + ", ",
                                        repeat()),
                        failures.removeFirst());
        failures.forEach(incomplete::addSuppressed);
        return incomplete;
    }

    private static Map<String, String> metadata(ReportDocument report, StudyResult result) {
        ReportDocument.Origin origin = report.origin();
        return origin == null
                ? Map.of()
                : ModelRecipe.metadata(
                        origin.recipe(), origin.provenance(), result.task().data().train());
    }
}
