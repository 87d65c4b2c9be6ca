package dev.retort.distill.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;

import dev.retort.efficiency.report.AtomicFile;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Writes a report as files. A crash leaves either no file or a complete one. */
public final class ReportFiles {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private ReportFiles() {}

    /**
     * Writes {@code report.json} and {@code report.html}.
     *
     * @param report the report
     * @param folder an existing folder
     * @return the HTML file
     * @throws IOException if a file cannot be written
     */
    public static Path write(ReportDocument report, Path folder) throws IOException {
        byte[] json = JSON.writeValueAsBytes(report);
        byte[] html = HtmlReport.render(report).getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(folder.resolve("report.json"), json);
        return AtomicFile.write(folder.resolve("report.html"), html);
    }
}
