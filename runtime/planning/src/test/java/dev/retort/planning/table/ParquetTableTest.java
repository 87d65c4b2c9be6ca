package dev.retort.planning.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.planning.FlopConvention;
import dev.retort.planning.PlanningException;
import dev.retort.planning.fit.LossPoint;
import dev.retort.planning.table.RunTable.Reading;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Reads files that pyarrow wrote; parquet.py beside them made them. */
class ParquetTableTest {
    private static final Reading PLAIN =
            new Reading(Optional.empty(), Map.of(), new FlopConvention.SixND());

    @TempDir Path folder;

    /** The file under a name that says nothing of its kind. */
    private Path file(String name) throws IOException {
        Path copy = folder.resolve(name.replace("parquet", "data"));
        try (InputStream in =
                Objects.requireNonNull(ParquetTableTest.class.getResourceAsStream(name))) {
            Files.write(copy, in.readAllBytes());
        }
        return copy;
    }

    private static String refused(Path file) {
        return assertThrows(PlanningException.class, () -> RunTable.of(Table.read(file), PLAIN))
                .getMessage();
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "snappy", "zstd", "gzip", "lz4"})
    void everyUsualCodecIsRead(String codec) throws IOException {
        RunTable runs = RunTable.of(Table.read(file("runs-" + codec + ".parquet")), PLAIN);
        assertEquals(
                List.of(
                        LossPoint.of(7e7, 1.4e9, 3.25).withFlops(5.88e17).ofRun("x"),
                        LossPoint.of(1.6e8, 3.2e9, 3).withFlops(3.072e18).ofRun("y"),
                        LossPoint.of(4.1e8, 8.2e9, 2.75).ofRun("z")),
                runs.points());
        assertEquals(
                List.of(
                        "The file does not say the unit of the loss: it was taken as nats.",
                        "The tokens of row 2 were taken from the FLOPs by C = 6 N D."),
                runs.notes());
    }

    @Test
    void textsDecimalsAndOtherPagesAreRead() throws IOException {
        RunTable runs = RunTable.of(Table.read(file("texts.parquet")), PLAIN);
        assertEquals(
                List.of(LossPoint.of(7e7, 1.4e9, 3.25), LossPoint.of(1.6e8, 3.2e9, 3)),
                runs.points());
        assertEquals(
                "Columns of lists and structures were not read: tags, config.",
                runs.notes().getFirst());
    }

    @Test
    void namesMayHaveDots() throws IOException {
        Reading named =
                new Reading(
                        Optional.empty(),
                        Map.of("N", "config.params", "D", "config.tokens", "loss", "eval.loss"),
                        new FlopConvention.SixND());
        assertEquals(
                List.of(LossPoint.of(7e7, 1.4e9, 3.25), LossPoint.of(1.6e8, 3.2e9, 3)),
                RunTable.of(Table.read(file("dotted.parquet")), named).points());
    }

    @Test
    void samplesAreRead() throws IOException {
        SampleTable samples = SampleTable.of(Table.read(file("samples.parquet")));
        assertEquals(2, samples.results().fewestSamples());
        assertEquals(1, samples.results().problems().getFirst().correct());
    }

    @Test
    void whatCannotBeReadIsRefused() throws IOException {
        assertEquals(
                "expected a column of numbers or text in nested.data, found only lists and"
                        + " structures: tags, config",
                refused(file("nested.parquet")));
        assertTrue(
                refused(file("runs-brotli.parquet"))
                        .startsWith(
                                "expected a Parquet file whose codec and types are known,"
                                        + " found in runs-brotli.data: "));
        Path whole = file("runs-snappy.parquet");
        byte[] bytes = Files.readAllBytes(whole);
        Path torn = Files.write(whole, Arrays.copyOf(bytes, bytes.length / 2));
        assertTrue(
                refused(torn)
                        .startsWith("expected a whole Parquet file, found in runs-snappy.data: "));
    }

    @Test
    void damageIsRefused() throws IOException {
        Path whole = file("runs-zstd.parquet");
        byte[] bytes = Files.readAllBytes(whole);
        Arrays.fill(bytes, 8, 200, (byte) 0x5a);
        assertTrue(
                refused(Files.write(whole, bytes))
                        .startsWith("expected a whole Parquet file, found in runs-zstd.data: "));
    }
}
