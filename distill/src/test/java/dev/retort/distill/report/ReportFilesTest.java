package dev.retort.distill.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.retort.device.Reading;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

class ReportFilesTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir Path folder;

    @Test
    void jsonReadsBackAsTheSameReport() throws IOException {
        for (int seeds : new int[] {1, 3}) {
            for (Reading joules : List.of(Studies.NO_ENERGY, Reading.now(12.5, "RAPL"))) {
                ReportDocument report = Studies.report(seeds, joules);
                ReportFiles.write(report, folder);
                assertEquals(report, JSON.readValue(json().toFile(), ReportDocument.class));
            }
        }
    }

    @Test
    void partsOfTheCostSumToTheWallTime() throws IOException {
        ReportFiles.write(Studies.report(3, Studies.NO_ENERGY), folder);
        JsonNode models = JSON.readTree(json().toFile()).required("models");
        assertEquals(3, models.size());
        for (JsonNode model : models) {
            JsonNode cost = model.required("cost");
            double sum = 0;
            for (JsonNode seconds : cost.required("regionSeconds")) {
                sum += seconds.asDouble();
            }
            assertEquals(4.001234574, cost.required("wallSeconds").asDouble(), 1e-9);
            assertEquals(cost.required("wallSeconds").asDouble(), sum, 1e-6);
        }
    }

    @Test
    void savingHasARowOfItsOwnWhereThereWasAny() throws IOException {
        ReportFiles.write(Studies.report(2, Studies.NO_ENERGY), folder);
        assertFalse(Files.readString(json()).contains("checkpoint_save"));
        ReportDocument report = Reports.of(Studies.checkpointed(2), Studies.CREATED);
        ReportFiles.write(report, folder);
        for (ReportDocument.ModelEntry model : report.models()) {
            ReportDocument.Cost cost = requireNonNull(model.cost());
            assertEquals(
                    List.of(
                            "input",
                            "forward",
                            "backward",
                            "update",
                            "evaluation",
                            "checkpoint_save",
                            "other"),
                    List.copyOf(cost.regionSeconds().keySet()));
            double sum = cost.regionSeconds().values().stream().mapToDouble(s -> s).sum();
            assertEquals(cost.wallSeconds(), sum, 1e-6);
        }
        ReportDocument.Cost last = requireNonNull(report.models().getLast().cost());
        assertEquals(0.25, last.regionSeconds().getOrDefault("checkpoint_save", 0.0), 1e-9);
        String html = Files.readString(folder.resolve(ReportFiles.PAGE));
        assertTrue(html.contains("<th>checkpoint save</th>"), html);
        assertTrue(html.contains("title=\"checkpoint save: 250"), html);
    }

    @Test
    void theSettingsOfBothTrainingsAreWritten() throws IOException {
        ReportFiles.write(Studies.report(1, Studies.NO_ENERGY), folder);
        JsonNode task = JSON.readTree(json().toFile()).required("task");
        assertEquals(
                JSON.readTree(
                        """
                        {"epochs": 3, "batchSize": 2, "schedule": "cosine", "learningRate": 0.1,
                         "warmUp": 0.1, "weightDecay": 0.0, "clipNorm": 5.0, "patience": 0,
                         "readEvery": 20, "microBatches": 1, "averageDecay": 0.0}"""),
                task.required("teacherTraining"));
        assertEquals(
                JSON.readTree(
                        """
                        {"epochs": 5, "batchSize": 2, "schedule": "constant", "learningRate": 0.3,
                         "warmUp": 0.0, "weightDecay": 0.0, "patience": 0, "readEvery": 20, "microBatches": 1, "averageDecay": 0.0}"""),
                task.required("studentTraining"));
    }

    @Test
    void aFigureHasEitherAValueOrAReason() throws IOException {
        ReportFiles.write(Studies.report(2, Studies.NO_ENERGY), folder);
        JsonNode absent = JSON.readTree(json().toFile()).at("/models/1/cost/joules");
        assertEquals("no RAPL zone under <sysfs> & co.", absent.required("absent").asText());
        assertEquals(1, absent.size());

        ReportFiles.write(Studies.report(2, Reading.now(12.5, "RAPL")), folder);
        JsonNode measured = JSON.readTree(json().toFile()).at("/models/1/cost/joules");
        assertEquals(12.5, measured.required("value").asDouble());
        assertEquals("RAPL", measured.required("source").asText());
        assertEquals(2, measured.size());
    }

    @Test
    void whatIsNotThereIsLeftOut() throws IOException {
        ReportFiles.write(Studies.report(1, Studies.NO_ENERGY), folder);
        JsonNode report = JSON.readTree(json().toFile());
        assertEquals("2026-02-03T04:05:06Z", report.required("created").asText());
        assertFalse(report.at("/comparison/distilledMinusAlone").has("low"));
        assertFalse(report.at("/models/0").has("agreementWithTeacher"));
        assertTrue(report.at("/models/1").has("agreementWithTeacher"));
        assertEquals("INCONCLUSIVE", report.at("/comparison/distilledMinusAlone/verdict").asText());
        assertFalse(report.has("origin"));
    }

    @Test
    void aMissingFolderIsAnErrorAndStaysMissing() {
        Path missing = folder.resolve("missing");
        FileSystemException error =
                assertThrows(
                        FileSystemException.class,
                        () -> ReportFiles.write(Studies.report(1, Studies.NO_ENERGY), missing));
        assertTrue(error.getFile().startsWith(missing.toString()), error.getFile());
        assertEquals("its folder does not exist", error.getReason());
        assertFalse(Files.exists(missing));
    }

    @Test
    void aFileInPlaceOfTheFolderIsAnErrorAndStaysAsItIs() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "mine");
        assertThrows(
                IOException.class,
                () -> ReportFiles.write(Studies.report(1, Studies.NO_ENERGY), file));
        assertEquals("mine", Files.readString(file));
        assertEquals(List.of("file"), names());
    }

    @Test
    void anExistingReportIsReplaced() throws IOException {
        ReportFiles.write(Studies.report(1, Studies.NO_ENERGY), folder);
        String oldJson = Files.readString(json());
        String oldHtml = Files.readString(html());
        assertEquals(html(), ReportFiles.write(Studies.report(2, Studies.NO_ENERGY), folder));
        assertNotEquals(oldJson, Files.readString(json()));
        assertNotEquals(oldHtml, Files.readString(html()));
        assertTrue(Files.readString(html()).endsWith("</html>\n"));
        assertEquals(List.of("report.html", "report.json"), names());
    }

    @Test
    void aFailedReplacementLeavesTheOldReportAndNothingElse() throws IOException {
        ReportFiles.write(Studies.report(1, Studies.NO_ENERGY), folder);
        String old = Files.readString(json());
        // A folder in the place of the file that is written first: opening it fails.
        Path staging = Files.createDirectory(folder.resolve(".report.json.tmp"));
        assertThrows(
                IOException.class,
                () -> ReportFiles.write(Studies.report(2, Studies.NO_ENERGY), folder));
        assertEquals(old, Files.readString(json()));
        assertFalse(Files.exists(staging));
        assertEquals(List.of("report.html", "report.json"), names());
    }

    @Test
    void aReportThatCannotTakeItsPlaceIsCleanedUp() throws IOException {
        Files.createDirectories(folder.resolve("report.html/occupied"));
        assertThrows(
                IOException.class,
                () -> ReportFiles.write(Studies.report(1, Studies.NO_ENERGY), folder));
        assertEquals(List.of("report.html", "report.json"), names());
    }

    @Test
    void aReportThatCannotBeDrawnReplacesNothing() throws IOException {
        ReportDocument whole = Studies.report(1, Studies.NO_ENERGY);
        ReportFiles.write(whole, folder);
        String old = Files.readString(json());
        ReportDocument empty =
                new ReportDocument(
                        whole.schema(),
                        "later",
                        whole.machine(),
                        whole.task(),
                        whole.comparison(),
                        List.of(),
                        List.of(),
                        0,
                        whole.paybackInJoules(),
                        whole.paybackInMoney(),
                        whole.measuring(),
                        null);
        assertThrows(RuntimeException.class, () -> ReportFiles.write(empty, folder));
        assertEquals(old, Files.readString(json()));
    }

    private Path json() {
        return folder.resolve("report.json");
    }

    private Path html() {
        return folder.resolve("report.html");
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
