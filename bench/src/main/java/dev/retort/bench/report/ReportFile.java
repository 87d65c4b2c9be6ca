package dev.retort.bench.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;

import dev.retort.efficiency.report.AtomicFile;
import dev.retort.examples.Places;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/**
 * Where a report goes as JSON.
 *
 * @param path the file
 */
public record ReportFile(Path path) {
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

    /**
     * The file that was asked for, or one of this moment in {@code runs}. Its folder is made, so
     * that nothing is measured that could not be written.
     *
     * @param asked what the option {@code --json} says
     * @param name the beginning of the name of a file that was not asked for
     * @throws IllegalArgumentException if it cannot be written
     */
    public static ReportFile of(@Nullable Path asked, String name) {
        String time = LocalDateTime.now(ZoneId.systemDefault()).format(STAMP);
        Path path = asked != null ? asked : Path.of("runs", "%s-%s.json".formatted(name, time));
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new IllegalArgumentException(
                    "expected a file for --json, found %s, which is none".formatted(path));
        }
        Places.requireWritable("--json", path);
        return new ReportFile(path);
    }

    /**
     * Writes it, as a whole or not at all.
     *
     * @param report a record
     * @return the file
     * @throws IOException if it cannot be written
     */
    public Path write(Object report) throws IOException {
        String json =
                new ObjectMapper()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .writeValueAsString(report);
        return AtomicFile.write(
                path, (json + System.lineSeparator()).getBytes(StandardCharsets.UTF_8));
    }
}
