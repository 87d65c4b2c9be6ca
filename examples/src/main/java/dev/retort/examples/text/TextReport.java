package dev.retort.examples.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;

import dev.retort.distill.data.DataException;
import dev.retort.distill.recipe.Provenance;
import dev.retort.distill.report.ReportDocument.Machine;
import dev.retort.distill.report.Reports;
import dev.retort.efficiency.report.AtomicFile;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The result of the recipe for texts as a file.
 *
 * @param created when it was written
 * @param machine what it was measured on
 * @param encoder the SHA-256 hash of the encoder
 * @param provenance what it was computed with, the hashes of native libraries among it
 * @param settings what was done
 * @param result what it came to
 */
record TextReport(
        String created,
        Machine machine,
        String encoder,
        Provenance provenance,
        TextSettings settings,
        TextResult result) {
    private static final String NAME = "report.json";

    /**
     * A report of now, on this machine.
     *
     * @throws IOException if a native library cannot be read
     */
    static TextReport of(String encoder, TextSettings settings, TextResult result)
            throws IOException {
        Machine machine = Reports.machine();
        return new TextReport(
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                machine,
                encoder,
                Provenance.now(machine.retort(), machine.engine()),
                settings,
                result);
    }

    /**
     * What an earlier report says was done.
     *
     * @param file a {@code report.json}
     * @return its encoder and its settings
     * @throws IOException if the file is missing or cannot be read
     * @throws IllegalArgumentException if it is no such report
     */
    static Recipe recipe(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IllegalArgumentException(
                    "expected the %s of a run of distill text, found the folder %s"
                            .formatted(NAME, file));
        }
        ObjectMapper json = new ObjectMapper();
        try {
            JsonNode report = json.readTree(Files.readString(file));
            return new Recipe(
                    report.path("encoder").asText(),
                    json.treeToValue(report.required("settings"), TextSettings.class));
        } catch (JsonProcessingException | CharacterCodingException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "expected the %s of a run of distill text, found another file: %s"
                            .formatted(NAME, file),
                    e);
        }
    }

    /**
     * What makes a run once more.
     *
     * @param encoder the SHA-256 hash of the encoder
     * @param settings what was done
     */
    record Recipe(String encoder, TextSettings settings) {
        /**
         * Refuses another encoder.
         *
         * @param found the SHA-256 hash of the one that is there
         * @throws DataException if it is another
         */
        void requireEncoder(String found) {
            if (!found.equals(encoder)) {
                throw new DataException(
                        "expected the encoder with the SHA-256 %.12s… that the recipe names, found %.12s…"
                                .formatted(encoder, found));
            }
        }
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
        return AtomicFile.write(folder.resolve(NAME), json);
    }
}
