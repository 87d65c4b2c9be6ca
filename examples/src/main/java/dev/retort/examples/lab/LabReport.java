package dev.retort.examples.lab;

import dev.retort.efficiency.report.AtomicFile;
import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.store.EventStore;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The page of {@code retort lab report}, for programs. */
public final class LabReport {
    private LabReport() {}

    /**
     * Writes the page about all experiments of a store.
     *
     * @param lab the lab
     * @param store that of the lab; stays open
     * @param folder that of the store, which the page names, with the ledgers of runs
     * @param file where to write it, in place of what is there
     * @return the file, absolute
     * @throws IOException if it cannot be written
     */
    public static Path write(Lab lab, EventStore store, Path folder, Path file) throws IOException {
        return write(new LabPage(lab, store, folder.toString(), null, folder), file);
    }

    static Path write(LabPage page, Path file) throws IOException {
        return AtomicFile.write(
                file.toAbsolutePath(), page.page().render().getBytes(StandardCharsets.UTF_8));
    }
}
