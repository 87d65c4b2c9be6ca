package dev.retort.examples.text;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;

import dev.retort.distill.report.ReportDocument.Machine;
import dev.retort.distill.report.Reports;
import dev.retort.efficiency.report.AtomicFile;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The result of the recipe for texts as a file.
 *
 * @param created when it was written
 * @param machine what it was measured on
 * @param encoder the SHA-256 hash of the encoder
 * @param settings what was done
 * @param result what it came to
 */
record TextReport(
        String created, Machine machine, String encoder, TextSettings settings, TextResult result) {
    /** A report of now, on this machine. */
    static TextReport of(String encoder, TextSettings settings, TextResult result) {
        return new TextReport(
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                Reports.machine(),
                encoder,
                settings,
                result);
    }

    /**
     * Writes {@code report.json}.
     *
     * @param folder an existing folder
     * @return the file
     * @throws IOException if it cannot be written
     */
    Path write(Path folder) throws IOException {
        byte[] json =
                new ObjectMapper()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .writeValueAsBytes(this);
        return AtomicFile.write(folder.resolve("report.json"), json);
    }
}
