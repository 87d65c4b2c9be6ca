package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;

import dev.retort.distill.report.ReportDocument;

import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The command line in this JVM, and what {@code distill} leaves. */
abstract class DistillRuns {
    @TempDir Path folder;

    final StringWriter out = new StringWriter();
    final StringWriter err = new StringWriter();

    final int run(String... arguments) {
        return Retort.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    static String[] with(String[] some, String... more) {
        return Stream.concat(Arrays.stream(some), Arrays.stream(more)).toArray(String[]::new);
    }

    /** One line on standard error, and where to look. */
    final void assertRefused(String message, String... options) {
        assertEquals(2, run(with(new String[] {"distill"}, options)));
        assertEquals(
                List.of("retort: " + message, "Try: ./retort distill --help"),
                err.toString().lines().toList());
        assertEquals("", out.toString());
    }

    static ReportDocument report(Path folder) throws IOException {
        return new ObjectMapper()
                .readValue(folder.resolve("report.json").toFile(), ReportDocument.class);
    }

    /** Of all students of all seeds. */
    static List<Double> accuracies(ReportDocument report) {
        return report.seeds().stream()
                .flatMap(seed -> seed.trainings().stream())
                .map(ReportDocument.Training::testAccuracy)
                .toList();
    }
}
