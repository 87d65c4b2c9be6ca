package dev.retort.distill.export;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;

import dev.retort.efficiency.report.AtomicFile;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * A cascade as a file beside its two models: what a program needs to serve it. A request goes to
 * the student; its logits are divided by the temperature; where the largest softmax is below the
 * threshold, the teacher answers. Its keys say which samples each figure is of.
 *
 * @param student the name of the student's file
 * @param teacher the name of the teacher's file
 * @param summary what the threshold comes to, for a person
 * @param cascade temperature, threshold and what they come to
 */
public record CascadeFile(String student, String teacher, String summary, Cascade cascade) {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /** Gives a file that was written without a summary its own. */
    public CascadeFile {
        summary = Objects.requireNonNullElse(summary, cascade.summary());
    }

    /**
     * A cascade with its summary.
     *
     * @param student the name of the student's file
     * @param teacher the name of the teacher's file
     * @param cascade temperature, threshold and what they come to
     * @return what is to be written
     */
    public static CascadeFile of(String student, String teacher, Cascade cascade) {
        return new CascadeFile(student, teacher, cascade.summary(), cascade);
    }

    /**
     * Writes the file. A crash leaves no file or a complete one.
     *
     * @param file the file; its folder exists
     * @return the file
     * @throws IOException if it cannot be written
     */
    public Path write(Path file) throws IOException {
        return AtomicFile.write(file, JSON.writeValueAsBytes(this));
    }

    /**
     * Reads a file.
     *
     * @param file the file
     * @return the cascade
     * @throws IOException if it is missing or none
     */
    public static CascadeFile read(Path file) throws IOException {
        return JSON.readValue(file.toFile(), CascadeFile.class);
    }
}
