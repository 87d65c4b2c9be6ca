package dev.retort.bench.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.retort.bench.report.Machine;
import dev.retort.bench.training.TrainingReport.Case;
import dev.retort.bench.training.TrainingReport.Hardware;
import dev.retort.bench.training.TrainingReport.Library;
import dev.retort.bench.training.TrainingReport.Python;
import dev.retort.bench.training.TrainingReport.Way;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

class TrainingTableTest {
    private static final Machine MACHINE = new Machine("Some CPU", 4, "Linux 6", "25 Vendor");

    private static TrainingReport report(@Nullable Hardware device, List<Way> ways) {
        return new TrainingReport(
                "2026-01-01T00:00:00Z",
                MACHINE,
                new Library("2.13.0", "/torch/lib", "Python package torch", "built in", true),
                device,
                4,
                3,
                6,
                new Python("python3", "3.11.2", "PyTorch 2.13.0+cu130", "cuda:0"),
                List.of(new Case("CNN", ways)),
                List.of("PyTorch: no reason"),
                List.of("CNN, other: broken"));
    }

    private static List<String> lines(TrainingReport report) {
        StringWriter out = new StringWriter();
        TrainingTable.print(report, new PrintWriter(out));
        return out.toString().lines().toList();
    }

    @Test
    void waysStandBesideTheFastestOfPyTorch() {
        List<Way> ways =
                List.of(
                        Way.of("Retort", false, List.of(510.0, 490.0, 600.0)),
                        Way.of("other", false, List.of()),
                        Way.of("PyTorch fused", true, List.of(1020.0, 1000.0)),
                        Way.of("PyTorch default", true, List.of(2020.0)));
        assertEquals(
                List.of(
                        "Some CPU, 4 cores, Linux 6, Java 25 Vendor",
                        "libtorch 2.13.0, with CUDA, from Python package torch: /torch/lib",
                        "PyTorch 2.13.0+cu130 of python3, Python 3.11.2",
                        "on cuda:0 (Some GPU), threads 4",
                        "",
                        "CNN              µs a step   lowest to highest  of the fastest PyTorch",
                        "Retort               510.0      490.0 to 600.0                    0.50",
                        "other",
                        "PyTorch fused      1,010.0  1,000.0 to 1,020.0                    1.00",
                        "PyTorch default    2,020.0  2,020.0 to 2,020.0                    2.00",
                        "rounds: 3 of 6.0 s; median, lowest and highest of their medians",
                        "",
                        "absent: PyTorch: no reason",
                        "FAILED: CNN, other: broken"),
                lines(report(new Hardware("cuda:0", "Some GPU"), ways)));
    }

    @Test
    void withoutPyTorchNothingStandsBesideIt() {
        List<Way> ways =
                List.of(
                        Way.of("Retort", false, List.of(510.0)),
                        Way.of("PyTorch fused", true, List.of()));
        List<String> lines = lines(report(new Hardware("cpu", "Some CPU"), ways));
        assertTrue(lines.contains("Retort             510.0     510.0 to 510.0"), lines::toString);
        assertTrue(lines.contains("PyTorch fused"), lines::toString);
    }

    @Test
    void withoutADeviceThereIsNoTable() {
        List<String> lines = lines(report(null, List.of(Way.of("Retort", false, List.of()))));
        assertEquals(5, lines.size(), lines::toString);
    }

    @Test
    void theJsonHasEachRound() {
        JsonNode json =
                new ObjectMapper()
                        .valueToTree(
                                report(
                                        new Hardware("cuda:0", "Some GPU"),
                                        List.of(
                                                Way.of("Retort", false, List.of(3.0, 1.0, 2.0)),
                                                Way.of("PyTorch fused", true, List.of()))));
        assertEquals("Some CPU", json.at("/machine/processor").asText());
        assertEquals("2.13.0", json.at("/libtorch/version").asText());
        assertEquals("cuda:0", json.at("/device/device").asText());
        assertEquals("PyTorch 2.13.0+cu130", json.at("/python/torch").asText());
        JsonNode way = json.at("/cases/0/ways/0");
        assertEquals(2, way.get("microseconds").asDouble());
        assertEquals(1, way.get("lowestMicroseconds").asDouble());
        assertEquals(3, way.get("highestMicroseconds").asDouble());
        assertEquals("[3.0,1.0,2.0]", way.get("roundsMicroseconds").toString());
        assertTrue(json.at("/cases/0/ways/1/microseconds").isNull());
        assertNull(Way.of("x", true, List.of()).lowestMicroseconds());
    }
}
