package dev.retort.distill.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

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
        publish(folder.resolve("report.json"), json);
        return publish(folder.resolve("report.html"), html);
    }

    private static Path publish(Path file, byte[] content) throws IOException {
        Path staging = file.resolveSibling("." + file.getFileName() + ".tmp");
        try {
            try (FileChannel channel =
                    FileChannel.open(
                            staging,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE)) {
                ByteBuffer buffer = ByteBuffer.wrap(content);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(true);
            }
            return Files.move(
                    staging,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(staging);
        }
    }
}
