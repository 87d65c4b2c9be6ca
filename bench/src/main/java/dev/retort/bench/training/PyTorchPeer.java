package dev.retort.bench.training;

import com.fasterxml.jackson.core.JsonProcessingException;

import dev.retort.bench.Workload;
import dev.retort.cuda.Availability;
import dev.retort.cuda.Availability.Available;
import dev.retort.cuda.Availability.Unavailable;
import dev.retort.examples.Interruption;
import dev.retort.torch.abi.LibtorchVersion;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * PyTorch eager, measured by a Python in a process of its own that reads {@code torch_peer.py} from
 * its standard input. Whatever keeps it from an answer is a reason and no exception.
 */
final class PyTorchPeer {
    /** For starting Python and importing torch, which a slow disk makes long. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** More than the warm-ups and measurements of all ways take. */
    private static final int MEASUREMENTS = 8;

    private static final String SCRIPT = "torch_peer.py";
    private static final int MOST_QUOTED = 200;

    private final String executable;
    private final Duration patience;

    /**
     * @param executable a Python, by its path or by a name on the PATH
     */
    PyTorchPeer(String executable) {
        this(executable, PATIENCE);
    }

    PyTorchPeer(String executable, Duration patience) {
        this.executable = executable;
        this.patience = patience;
    }

    /** How PyTorch trains a workload, under the names that the script has for it. */
    static List<String> ways(Workload workload) {
        List<String> ways = new ArrayList<>(List.of("fused", "foreach", "default"));
        if (workload == Workload.CNN) {
            ways.add("fused, channels last");
        }
        return ways;
    }

    String executable() {
        return executable;
    }

    /** What torch it has, without measuring. */
    Availability<PeerReport> describe() throws InterruptedException {
        return ask(List.of("--versions"), patience);
    }

    /** Measures a workload in all ways. */
    Availability<PeerReport> measure(Workload workload, Plan plan, String device)
            throws InterruptedException {
        double seconds = plan.measurement().toNanos() * 1e-9;
        return ask(
                List.of(
                        "--case",
                        workload.name(),
                        "--threads",
                        Integer.toString(plan.threads()),
                        "--seconds",
                        Double.toString(seconds),
                        "--device",
                        device),
                patience.plus(plan.measurement().multipliedBy(MEASUREMENTS)));
    }

    private Availability<PeerReport> ask(List<String> options, Duration limit)
            throws InterruptedException {
        try {
            // Files, so that nobody has to read while it runs.
            Path output = Files.createTempFile("retort-python", ".out");
            Path errors = Files.createTempFile("retort-python", ".err");
            try {
                return ask(options, limit, output, errors);
            } finally {
                Files.delete(output);
                Files.delete(errors);
            }
        } catch (IOException e) {
            return new Unavailable<>("%s cannot be run (%s)".formatted(executable, e.getMessage()));
        }
    }

    private Availability<PeerReport> ask(
            List<String> options, Duration limit, Path output, Path errors)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(executable, "-"));
        command.addAll(options);
        Process process =
                new ProcessBuilder(command)
                        .redirectOutput(output.toFile())
                        .redirectError(errors.toFile())
                        .start();
        try (Interruption _ = new Interruption(() -> end(process))) {
            feed(process);
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                return new Unavailable<>(
                        "%s did not answer within %d s and was ended"
                                .formatted(executable, limit.toSeconds()));
            }
        } finally {
            end(process);
        }
        if (process.exitValue() != 0) {
            return new Unavailable<>(
                    "%s ended with code %d: %s"
                            .formatted(executable, process.exitValue(), lastLine(errors)));
        }
        return read(text(output));
    }

    private static void end(Process process) {
        List<ProcessHandle> children = process.descendants().toList();
        // First, so that it starts no more of them.
        process.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
    }

    private static void feed(Process process) throws IOException {
        byte[] bytes;
        try (InputStream script =
                Objects.requireNonNull(
                        PyTorchPeer.class.getResourceAsStream(SCRIPT),
                        "the script is in the jar")) {
            bytes = script.readAllBytes();
        }
        try (OutputStream input = process.getOutputStream()) {
            input.write(bytes);
        } catch (IOException _) {
            // It has ended without reading; its exit code and its errors say more.
        }
    }

    private Availability<PeerReport> read(String printed) {
        PeerReport report;
        try {
            report = PeerReport.read(printed);
        } catch (JsonProcessingException _) {
            return new Unavailable<>(
                    "expected a report of %s, found %s"
                            .formatted(
                                    executable,
                                    printed.isBlank() ? "nothing" : quoted(printed.strip())));
        }
        LibtorchVersion version = LibtorchVersion.in(report.torch());
        return version != null && version.supported()
                ? new Available<>(report)
                : new Unavailable<>(
                        "%s has %s, needed is %s or newer"
                                .formatted(executable, report.torch(), LibtorchVersion.OLDEST));
    }

    /** Where Python says what kept it. */
    private static String lastLine(Path errors) throws IOException {
        return text(errors)
                .lines()
                .filter(line -> !line.isBlank())
                .reduce((_, last) -> last)
                .map(PyTorchPeer::quoted)
                .orElse("it gave no reason");
    }

    private static String quoted(String text) {
        String line = text.lines().findFirst().orElse("").strip();
        return line.length() <= MOST_QUOTED ? line : line.substring(0, MOST_QUOTED) + "…";
    }

    /** Whatever the bytes are. */
    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
