package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.examples.lab.ParquetRows;
import dev.retort.planning.table.Table;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/** What is exported as Parquet is what is exported as CSV, with types. */
class LabParquetTest extends LabRuns {
    private static final String MIXED =
            """
            {"experiment": {"id": "mixed", "team": "speech", "seeds": [7], "arms": [
                {"name": "a", "task": "TASK", "code": "c", "data": "d", "config": {"rate": 1,
                    "steps": 10, "flag": true, "optimizer": "sgd, or so", "any": 1}},
                {"name": "b", "task": "TASK", "code": "c", "data": "d", "config": {"rate": 0.5,
                    "steps": 9007199254740993, "flag": false, "any": "one", "none": 0.25}}]}}
            """;

    private ParquetRows parquet(String... arguments) throws IOException {
        Path file = folder.resolve("exported.parquet");
        List<String> all = new ArrayList<>(List.of("export", "--parquet", file.toString()));
        all.addAll(List.of(arguments));
        assertEquals(0, lab(all.toArray(String[]::new)), err::toString);
        return ParquetRows.read(Files.readAllBytes(file));
    }

    private Table csv(String... arguments) throws IOException {
        Path file = folder.resolve("exported.csv");
        List<String> all = new ArrayList<>(List.of("export", "--csv", file.toString()));
        all.addAll(List.of(arguments));
        assertEquals(0, lab(all.toArray(String[]::new)), err::toString);
        return Table.read(file);
    }

    private static void assertSame(Table csv, ParquetRows parquet) {
        assertEquals(csv.heads(), List.copyOf(parquet.types().keySet()));
        assertEquals(csv.rows().size(), parquet.rows().size());
        for (int i = 0; i < csv.rows().size(); i++) {
            List<String> cells = csv.rows().get(i).cells();
            for (int c = 0; c < cells.size(); c++) {
                Object value = parquet.rows().get(i).get(c);
                String at = csv.heads().get(c) + " of row " + i;
                if (value instanceof Double number) {
                    assertEquals(Double.parseDouble(cells.get(c)), number, at);
                } else {
                    assertEquals(cells.get(c), value == null ? "" : value.toString(), at);
                }
            }
        }
    }

    @Test
    void runsAreThoseOfCsv() throws Exception {
        submit(MANY);
        submit(MIXED);
        ParquetRows runs = parquet();
        assertTrue(runs.rows().size() >= 16, () -> runs.rows().toString());
        assertSame(csv(), runs);
        assertEquals("INT64", runs.types().get("config.loss (log)"));
        assertEquals("DOUBLE", runs.types().get("value.loss"));
    }

    @Test
    void aColumnIsOfTheTypeOfItsParameter() throws Exception {
        submit(MIXED);
        ParquetRows runs = parquet("--experiment", "mixed");
        String text = "BYTE_ARRAY as STRING";
        assertEquals(
                List.of(
                        "run=" + text,
                        "experiment=" + text,
                        "arm=" + text,
                        "seed=INT64",
                        "team=" + text,
                        "state=" + text,
                        "attempts=INT64",
                        "reason=" + text,
                        "queued=INT64 as TIMESTAMP(MILLIS, UTC)",
                        "started=INT64 as TIMESTAMP(MILLIS, UTC)",
                        "ended=INT64 as TIMESTAMP(MILLIS, UTC)",
                        "deviceSeconds=DOUBLE",
                        "config.any=" + text,
                        "config.flag=BOOLEAN",
                        "config.none=DOUBLE",
                        "config.optimizer=" + text,
                        "config.rate=DOUBLE",
                        "config.steps=INT64"),
                runs.types().entrySet().stream().map(Object::toString).toList());
        List<@Nullable Object> first = runs.rows().getFirst();
        assertEquals(Arrays.asList("mixed/a/7", "mixed", "a", 7L, "speech"), first.subList(0, 5));
        assertEquals(
                Arrays.asList("1", true, null, "sgd, or so", 1.0, 10L),
                first.subList(12, first.size()));
        // It waits.
        assertTrue(((Instant) first.get(8)).isAfter(Instant.now().minusSeconds(3600)));
        assertEquals(Arrays.asList(null, null, 0.0), first.subList(9, 12));
        List<@Nullable Object> second = runs.rows().getLast();
        assertEquals(
                Arrays.asList("one", false, 0.25, null, 0.5, 9007199254740993L),
                second.subList(12, second.size()));
    }

    @Test
    void searchesWithoutTrialsHaveColumnsAndNoRows() throws Exception {
        submit(SEARCH.replace("rates", "later"));
        ParquetRows runs = parquet("--experiment", "later");
        assertEquals(12, runs.types().size());
        assertEquals(List.of(), runs.rows());
        assertEquals(0, json().get("runs").intValue());
    }

    @Test
    void pointsAreThoseOfCsv() throws Exception {
        ParquetRows points = parquet("--points", "--experiment", "pairs");
        assertEquals(36, json().get("points").intValue());
        assertEquals(
                List.of(
                        "run=BYTE_ARRAY as STRING",
                        "attempt=INT64",
                        "metric=BYTE_ARRAY as STRING",
                        "step=INT64",
                        "time=INT64 as TIMESTAMP(MILLIS, UTC)",
                        "value=DOUBLE"),
                points.types().entrySet().stream().map(Object::toString).toList());
        assertSame(csv("--points", "--experiment", "pairs"), points);
        List<@Nullable Object> third = points.rows().get(2);
        assertEquals(Arrays.asList("pairs/low/1", 1L, "loss", 3L), third.subList(0, 4));
        assertEquals(0.1 + 1.0 / 3, third.getLast());
        assertTrue(((Instant) third.get(4)).isAfter(Instant.now().minusSeconds(3600)));
    }

    @Test
    void pointsThatAreNotThereAreCounted() throws Exception {
        Path file = folder.resolve("points.parquet");
        String elsewhere = folder.resolve("away").toString();
        String[] export = {"export", "--points", "--parquet", file.toString()};
        List<String> away = new ArrayList<>(List.of(export));
        Collections.addAll(away, "--folder", elsewhere, "--experiment", "pairs");
        assertEquals(1, lab(away.toArray(String[]::new)));
        assertEquals(4, json().get("missingMetricFiles").intValue());
        assertEquals(List.of(), ParquetRows.read(Files.readAllBytes(file)).rows());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--parquet", "--csv"})
    void pointsThatWereChangedLeaveTheFileThatWasThere(String format) throws Exception {
        Path points;
        try (Stream<Path> files = Files.walk(folder.resolve("store/runs/pairs/low/2"))) {
            points = files.filter(Files::isRegularFile).findFirst().orElseThrow();
        }
        byte[] whole = Files.readAllBytes(points);
        Files.write(points, Arrays.copyOf(whole, whole.length - 1));
        Path folder = Files.createDirectory(this.folder.resolve("out"));
        Path file = Files.writeString(folder.resolve("points"), "before");
        assertEquals(1, lab("export", "--points", format, file.toString()));
        assertTrue(
                err.toString().contains(" was changed after it was sealed: expected "),
                err::toString);
        assertEquals("before", Files.readString(file));
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(List.of(file), left.toList());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--parquet", "--csv"})
    @EnabledOnOs(OS.LINUX)
    void whatIsNoFileIsRefused(String format) throws IOException {
        Path stream = Files.createSymbolicLink(folder.resolve("stream"), Path.of("/proc/version"));
        for (String place : List.of("-", stream.toString(), folder.toString())) {
            assertEquals(1, lab("export", format, place));
            assertTrue(Files.isSymbolicLink(stream));
            assertEquals(
                    "retort: %s is %s: expected a file, which standard output, a device or a folder is not\n"
                            .formatted(format, place),
                    err.toString());
        }
        String missing = folder.resolve("no/runs").toString();
        assertEquals(1, lab("export", format, missing));
        assertEquals("retort: " + missing + ": its folder does not exist\n", err.toString());
    }

    @Test
    void optionsThatDoNotGoTogetherAreRefused() {
        Path file = folder.resolve("runs.parquet");
        String name = file.toString();
        String one = "retort: expected one of --csv FILE, --parquet FILE and --mlflow URL, found ";
        assertEquals(1, lab("export", "--csv", name, "--parquet", name));
        assertEquals(one + "--csv and --parquet\n", err.toString());
        assertEquals(1, lab("export", "--points"));
        assertEquals(one + "none\n", err.toString());
        assertEquals(1, lab("export", "--parquet", name, "--folder", "runs"));
        assertEquals(
                "retort: expected --folder with --points or --mlflow alone: results are in the"
                        + " store\n",
                err.toString());
        assertEquals(1, lab("export", "--points", "--mlflow", "http://localhost:1"));
        assertEquals(
                "retort: expected no --points with --mlflow, which takes them with their runs\n",
                err.toString());
        assertTrue(Files.notExists(file));
    }
}
