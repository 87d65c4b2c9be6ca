package dev.retort.bench.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.retort.bench.kernels.DeviceTimer.Timing;
import dev.retort.bench.kernels.KernelCase.Check;
import dev.retort.bench.kernels.KernelReport.MeasuredCeilings;
import dev.retort.bench.kernels.KernelReport.Result;
import dev.retort.bench.kernels.KernelReport.Timed;
import dev.retort.bench.portable.BenchCommand;
import dev.retort.cuda.standin.StandIn;
import dev.retort.cuda.standin.StandIn.Counter;
import dev.retort.cuda.standin.StandInExtension;
import dev.retort.cuda.standin.StandInKernels;
import dev.retort.device.gpu.DeviceContext;
import dev.retort.device.gpu.Devices;
import dev.retort.device.kernels.ElementType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** On the stand-in: what the bench does is checked, what it would measure is not. */
@ExtendWith({StandInExtension.class, StandInKernels.class})
class KernelBenchTest {
    private static KernelReport run(Set<String> only) {
        return new KernelBench(new CaseList(only), 1, _ -> {}).run();
    }

    @Test
    void everyKernelAgreesWithItsReferenceAndNoneIsTimedOnASimulatedDevice() {
        KernelReport report = run(Set.of());
        KernelReport.Gpu gpu = Objects.requireNonNull(report.device());
        assertTrue(gpu.simulated());
        assertTrue(gpu.name().contains("simulated"));
        assertEquals(
                CaseList.names(),
                report.kernels().stream()
                        .map(Result::name)
                        .collect(Collectors.toCollection(TreeSet::new)));
        for (Result result : report.kernels()) {
            assertTrue(result.passed(), result.toString());
            assertTrue(result.compared() > 0, result.toString());
            assertNull(result.timing());
        }
        assertNull(report.ceilings());
        assertNull(report.launchOverhead());
        assertTrue(report.hostCalls().plainNanoseconds() > 0);
        assertTrue(
                report.absent().stream().anyMatch(reason -> reason.contains("simulated device")));
    }

    @Test
    void theCommandPrintsATableAndWritesTheReport(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("deep").resolve("report.json");
        StringWriter out = new StringWriter();
        int exitCode =
                new CommandLine(new BenchCommand())
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(new StringWriter()))
                        .execute("kernels", "--only", "copy,softmax", "--json", file.toString());
        assertEquals(0, exitCode, out.toString());
        String table = out.toString();
        assertTrue(table.contains("simulated"), table);
        assertFalse(table.contains("GB/s read and written"), table);
        JsonNode report = new ObjectMapper().readTree(file.toFile());
        assertEquals(2, report.get("kernels").size());
        assertTrue(report.get("device").get("simulated").asBoolean());
        assertTrue(report.get("kernels").get(0).get("timing").isNull());
        assertFalse(report.get("machine").get("processor").asText().isBlank());
        try (var files = Files.list(folder.resolve("deep"))) {
            assertEquals(1, files.count(), "no staging file is left");
        }
    }

    @Test
    void anUnknownKernelIsAWrongUsage() {
        StringWriter err = new StringWriter();
        int exitCode =
                new CommandLine(new BenchCommand())
                        .setErr(new PrintWriter(err))
                        .execute("kernels", "--only", "copy,nonsense");
        assertEquals(CommandLine.ExitCode.USAGE, exitCode);
        assertTrue(err.toString().contains("found nonsense"), err.toString());
    }

    /** A kernel that did nothing leaves the poison, and a number that is too far off is one. */
    @Test
    void whatWasNotWrittenFails() {
        KernelCase copy = new CaseList(Set.of("copy")).small().getFirst();
        assertFalse(new Check(Double.NaN, 1, 1).passed());
        assertFalse(new Check(2, 1, 1).passed());
        Result failed = Result.of(copy, new Check(Double.NaN, 1, 1), null);
        assertFalse(failed.passed());
        assertNull(failed.difference());
        KernelReport report = run(Set.of("copy"));
        assertTrue(report.passed());
        assertFalse(
                new KernelReport(
                                report.time(),
                                report.machine(),
                                report.device(),
                                report.hostCalls(),
                                null,
                                null,
                                List.of(failed),
                                report.absent())
                        .passed());
    }

    @Test
    void ratesFollowFromBytesTimeAndCeilings() {
        KernelCase kernel =
                new KernelCase(
                        "k",
                        "s",
                        2_000_000,
                        500_000,
                        1,
                        (_, _) -> {
                            throw new AssertionError("it is not run");
                        });
        Timed timed =
                KernelBench.timed(
                        kernel,
                        new Timing(1000, 900, 1100, 10, 5),
                        3,
                        new MeasuredCeilings(4e9, 1e9));
        assertEquals(2e9, timed.bytesPerSecond(), 1);
        assertEquals(0.5, timed.shareOfCopy(), 1e-12);
        assertEquals(5e8, timed.operationsPerSecond(), 1);
        assertEquals(0.5, Objects.requireNonNull(timed.shareOfMatrix()), 1e-12);
        assertNull(
                KernelBench.timed(
                                kernel, new Timing(1, 1, 1, 1, 1), 1, new MeasuredCeilings(1, null))
                        .shareOfMatrix());
    }

    @Test
    void theTimerReplaysAGraphAndRotatesTheInputs(StandIn standIn) {
        Devices devices = Devices.probe().optional().orElseThrow();
        try (DeviceContext context = devices.all().getFirst().open();
                Lab lab = new Lab(context, 1);
                var buffer = lab.poisoned(64)) {
            Set<Integer> seen = new TreeSet<>();
            long before = standIn.count(Counter.LAUNCHES);
            Timing timing =
                    DeviceTimer.time(
                            lab.stream,
                            3,
                            set -> {
                                seen.add(set);
                                buffer.fill((byte) set, lab.stream);
                            });
            assertEquals(Set.of(0, 1, 2), seen);
            assertTrue(timing.launches() >= 3);
            assertTrue(timing.lowest() <= timing.microseconds());
            assertTrue(timing.microseconds() <= timing.highest());
            // Fills are no launches, graphs are: warm-ups and replays of both rounds, each replay
            // after one that is not timed.
            assertEquals(
                    3 + 2 + 3 + 2 * timing.replays(), standIn.count(Counter.LAUNCHES) - before);
        }
    }

    @Test
    void theHostsTimeOfALaunchIsNotTimed(StandIn standIn) {
        Devices devices = Devices.probe().optional().orElseThrow();
        try (DeviceContext context = devices.all().getFirst().open();
                Lab lab = new Lab(context, 1);
                var buffer = lab.poisoned(64)) {
            lab.stream.synchronize();
            standIn.setClock(1);
            standIn.setWorkNanos(2_000_000);
            standIn.setLaunchNanos(100_000);
            Timing timing =
                    DeviceTimer.time(lab.stream, 1, set -> buffer.fill((byte) set, lab.stream));
            assertEquals(1, timing.launches());
            assertEquals(2000, timing.lowest(), 1e-3);
            assertEquals(2000, timing.highest(), 1e-3);
        }
    }

    @Test
    void adamwCountsTheGradientsOnce() {
        assertEquals(28 * 300, AdamwCases.of(ElementType.FLOAT32, 3, 100, false).bytes());
        assertEquals(34 * 300, AdamwCases.of(ElementType.BFLOAT16, 3, 100, true).bytes());
    }

    @Test
    void aGraphOfAHundredKernelsIsLaunchedOnce(StandIn standIn) {
        Devices devices = Devices.probe().optional().orElseThrow();
        try (DeviceContext context = devices.all().getFirst().open();
                Lab lab = new Lab(context, 1)) {
            long before = standIn.count(Counter.LAUNCHES);
            assertEquals(100, LaunchOverhead.measure(lab, 1, 2).kernels());
            // One round is captured, three are launched one by one, and three times the graph.
            assertEquals(100 + 3 * 100 + 3, standIn.count(Counter.LAUNCHES) - before);
        }
    }
}
