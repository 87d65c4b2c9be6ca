package dev.retort.efficiency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.util.Objects.requireNonNull;

import dev.retort.device.Reading;
import dev.retort.efficiency.report.Summary;
import dev.retort.efficiency.status.RunStatus;
import dev.retort.efficiency.status.StatusFolder;
import dev.retort.efficiency.status.StatusFolder.LiveRun;
import dev.retort.efficiency.status.StatusFolder.State;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What a run shows to those who look at the machine. */
class PublishedRunTest {
    @TempDir Path root;

    private LiveRun shown(Path folder) {
        try {
            List<LiveRun> runs = new StatusFolder(folder).read();
            assertEquals(1, runs.size(), runs::toString);
            return runs.getFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void everySecondItSaysHowItStandsAndAtTheEndHowItEnded() {
        Path folder = root.resolve("runs");
        FakeRuns.look(
                RunOptions.of("digits")
                        .tag("team", "vision")
                        .peak(2, _ -> Reading.now(1e9, "a table"))
                        .publish(folder),
                run -> {
                    for (int i = 0; i < 150; i++) {
                        run.step(80, 10, 5, 5);
                        run.meter().flops(Precision.FP32, 4e7, 4e7);
                        if (i == 99) {
                            run.meter().commit();
                        }
                    }
                },
                meter -> {
                    LiveRun running = shown(folder);
                    RunStatus status = running.status();
                    assertEquals(State.RUNNING, running.state());
                    assertEquals("digits", status.name());
                    assertEquals(Map.of("team", "vision"), status.tags());
                    assertEquals(ProcessHandle.current().pid(), status.process().pid());
                    assertEquals(
                            status.elapsedNanos(),
                            status.buckets().values().stream().mapToLong(n -> n).sum());
                    assertEquals(
                            0.8,
                            (double) status.buckets().getOrDefault("INPUT_STALL", 0L)
                                    / status.elapsedNanos(),
                            0.01);
                    assertEquals(10, requireNonNull(status.stepsPerSecond()), 0.2);
                    assertEquals(320, requireNonNull(status.itemsPerSecond()), 6);
                    assertEquals("INPUT", requireNonNull(status.verdict()).bottleneck());
                    // 4e7 / 1e9 = 40 ms of one device, in 100 ms of two.
                    assertEquals(0.2, requireNonNull(status.mfu()), 0.01);
                    assertTrue(
                            requireNonNull(status.lastCommitEpochMillis())
                                    >= status.beganEpochMillis());
                    meter.finish();
                    LiveRun ended = shown(folder);
                    assertEquals(State.ENDED, ended.state());
                    assertEquals("SUCCEEDED", ended.status().outcome());
                    assertEquals(150, ended.status().steps());
                    assertEquals(15_000_000_000L, ended.status().elapsedNanos());
                });
    }

    @Test
    void anUnwritableFolderIsOneAnomalyAndTrainingGoesOn() throws IOException {
        // A file where the folder should be, which is in the way of root as well.
        Path file = Files.writeString(root.resolve("file"), "");
        for (Path folder : List.of(file, file.resolve("below"))) {
            FakeRuns.look(
                    RunOptions.of("digits").publish(folder),
                    run -> {
                        for (int i = 0; i < 50; i++) {
                            run.step(80, 10, 5, 5);
                        }
                    },
                    meter -> {
                        RunAccount account = meter.finish();
                        assertEquals(50, account.steps());
                        assertEquals(
                                Map.of(Anomaly.STATUS_NOT_PUBLISHED, 1L),
                                meter.snapshot().anomalies());
                    });
        }
    }

    @Test
    void aPeakThatFailsIsAbsentAndTrainingGoesOn() {
        FakeRuns.look(
                RunOptions.of("digits")
                        .peak(
                                1,
                                _ -> {
                                    throw new IllegalStateException("gone");
                                })
                        .publish(root.resolve("runs")),
                run -> {
                    run.step(80, 10, 5, 5);
                    run.meter().flops(Precision.FP32, 1, 1);
                    run.pass(2000);
                },
                meter -> {
                    String absent =
                            requireNonNull(shown(root.resolve("runs")).status().mfuAbsent());
                    assertTrue(absent.contains("gone"), absent);
                });
    }

    @Test
    void aFolderThatIsTakenAwayIsMadeAgain() {
        Path folder = root.resolve("deep").resolve("runs");
        FakeRuns.look(
                RunOptions.of("digits").publish(folder),
                run -> {
                    run.pass(1000);
                    shown(folder);
                    delete(root.resolve("deep"));
                    run.pass(1000);
                    assertEquals(State.RUNNING, shown(folder).state());
                },
                meter -> {
                    assertEquals(Map.of(), meter.finish().anomalies());
                    delete(root.resolve("deep"));
                });
    }

    private static void delete(Path tree) {
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void whatIsNotKnownIsAbsentAndNot0() {
        Path folder = root.resolve("runs");
        FakeRuns.look(
                RunOptions.of("digits").publish(folder),
                run -> {
                    run.meter().tick();
                    assertNull(shown(folder).status().stepsPerSecond());
                    for (int i = 0; i < 200; i++) {
                        run.meter().beginStep();
                        run.in(Region.INPUT, 100);
                        run.meter().endStep(0);
                    }
                },
                meter -> {
                    RunStatus status = shown(folder).status();
                    assertEquals(10, requireNonNull(status.stepsPerSecond()), 0.2);
                    assertNull(status.itemsPerSecond(), "none are counted");
                    assertEquals("INPUT", requireNonNull(status.verdict()).bottleneck());
                    assertEquals(1, requireNonNull(status.verdict()).share());
                    assertNull(requireNonNull(status.verdict()).largestGain());
                    String sentence = Summary.of(meter).sentence();
                    assertTrue(sentence.endsWith("fixing it gains without bound"), sentence);
                });
    }

    @Test
    void anInterruptedThreadShowsItsEnd() {
        Path folder = root.resolve("runs");
        FakeRuns.look(
                RunOptions.of("digits").publish(folder),
                run -> run.step(80, 10, 5, 5),
                meter -> {
                    Thread.currentThread().interrupt();
                    meter.finish();
                    assertTrue(Thread.interrupted());
                    assertEquals("SUCCEEDED", shown(folder).status().outcome());
                    assertEquals(Map.of(), meter.snapshot().anomalies());
                });
    }

    @Test
    void nothingIsWrittenUnasked() {
        assertEquals(true, RunOptions.of("digits").statusFolder().isEmpty());
        System.setProperty(RunOptions.PUBLISH, "true");
        try {
            assertEquals(
                    StatusFolder.ofUser(), RunOptions.of("digits").statusFolder().orElseThrow());
        } finally {
            System.clearProperty(RunOptions.PUBLISH);
        }
    }
}
