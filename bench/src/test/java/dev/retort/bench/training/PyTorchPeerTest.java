package dev.retort.bench.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.bench.Workload;
import dev.retort.cuda.Availability;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

class PyTorchPeerTest {
    private static final Plan PLAN = new Plan(List.of(Workload.CNN), 1, Duration.ofMillis(1500), 2);

    @TempDir private Path folder;

    private String reason(String executable) throws InterruptedException {
        return String.join("; ", new PyTorchPeer(executable).describe().absenceReasons());
    }

    @Test
    void theScriptIsFedWithItsOptionsAndItsReportIsRead() throws Exception {
        Path given = folder.resolve("given");
        Path printed =
                Files.writeString(
                        folder.resolve("report"),
                        FakePython.report(
                                "PyTorch 2.13.0+cu130",
                                "\"CNN fused\": {\"median_us\": 12.5, \"steps\": 7}"));
        String python =
                FakePython.running(
                        folder,
                        "echo \"$@\" >'%s'\ncat >>'%s'\ncat '%s'".formatted(given, given, printed));
        PeerReport report =
                new PyTorchPeer(python)
                        .measure(Workload.CNN, PLAN, "cuda:0")
                        .optional()
                        .orElseThrow();
        assertEquals("PyTorch 2.13.0+cu130", report.torch());
        assertEquals("3.11.2", report.python());
        assertEquals("/torch/lib", report.library());
        assertEquals(Map.of("CNN fused", new PeerReport.Result(12.5)), report.results());
        List<String> lines = Files.readAllLines(given);
        assertEquals("- --case CNN --threads 2 --seconds 1.5 --device cuda:0", lines.getFirst());
        assertEquals(
                Files.readAllLines(Path.of("peers", "torch_peer.py")),
                lines.subList(1, lines.size()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hello",
                "[]",
                "{\"peer\": \"PyTorch 2.13.0\"}",
                "{\"peer\": \"PyTorch 2.13.0\", \"python\": \"3\", \"device\": \"cpu\", \"library\": \"l\", \"results\": {\"a\": {}}}",
                "{\"peer\": \"PyTorch 2.13.0\", \"python\": \"3\", \"device\": \"cpu\", \"library\": \"l\", \"results\": {\"a\": {\"median_us\": 0}}}"
            })
    void anotherTextIsNoReport(String text) throws Exception {
        String python = FakePython.printing(folder, text + "\nand more");
        assertEquals("expected a report of %s, found %s".formatted(python, text), reason(python));
    }

    @Test
    void nothingIsNoReport() throws Exception {
        String python = FakePython.printing(folder, "");
        assertEquals("expected a report of %s, found nothing".formatted(python), reason(python));
    }

    @Test
    void aFailureTellsItsLastLine() throws Exception {
        String python =
                FakePython.running(
                        folder,
                        "echo Traceback >&2\necho \"ModuleNotFoundError: No module named 'torch'\" >&2\nexit 3");
        assertEquals(
                python + " ended with code 3: ModuleNotFoundError: No module named 'torch'",
                reason(python));
        assertEquals(
                python + " ended with code 4: it gave no reason",
                reason(FakePython.running(folder, "exit 4")));
    }

    @Test
    void anOldTorchIsNotMeasured() throws Exception {
        String python = FakePython.printing(folder, FakePython.report("PyTorch 2.7.1+cu126", ""));
        assertEquals(
                python + " has PyTorch 2.7.1+cu126, needed is 2.10.0 or newer", reason(python));
    }

    @Test
    void whatIsNotThereCannotBeRun() throws Exception {
        String missing = folder.resolve("missing").toString();
        assertTrue(reason(missing).startsWith(missing + " cannot be run ("), reason(missing));
    }

    @Test
    void oneThatHangsIsEndedWithItsChildren() throws Exception {
        // A number by which no other run's child is taken for this one's.
        String seconds = "617." + ProcessHandle.current().pid();
        String python = FakePython.running(folder, "sleep " + seconds + "\necho never");
        Availability<PeerReport> answer = new PyTorchPeer(python, Duration.ofSeconds(3)).describe();
        assertEquals(
                List.of(python + " did not answer within 3 s and was ended"),
                answer.absenceReasons());
        List<ProcessHandle> left =
                ProcessHandle.allProcesses().filter(process -> has(process, seconds)).toList();
        for (ProcessHandle process : left) {
            process.onExit().get(30, TimeUnit.SECONDS);
        }
    }

    private static boolean has(ProcessHandle process, String argument) {
        return process.info().arguments().stream()
                .flatMap(Arrays::stream)
                .anyMatch(argument::equals);
    }
}
