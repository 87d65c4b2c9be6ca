package dev.retort.efficiency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.retort.device.sampling.Sampler;
import dev.retort.device.sampling.SamplerOptions;
import dev.retort.efficiency.journal.Journal;
import dev.retort.efficiency.journal.Tail;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Disks that are really full: a small file system in memory where this process may mount one, and
 * in any case a process whose files may not grow. And folders that vanish or cannot be written.
 */
class FullDiskTest {
    private static final int MOST_COMMITS = 5_000;

    @TempDir Path folder;

    private final Sampler sampler = Sampler.start(SamplerOptions.defaults());
    private long nanoTime;

    @AfterEach
    void close() {
        sampler.close();
    }

    private RunOptions options(Path root) {
        return RunOptions.of("run")
                .tag("team", "vision")
                .sampler(sampler)
                .journal(root)
                .nanoClock(() -> nanoTime)
                .epochClock(() -> nanoTime);
    }

    private void step(RunMeter meter) {
        meter.beginStep();
        meter.begin(Region.STEP);
        nanoTime += 10;
        meter.end(Region.STEP);
        meter.endStep(4);
    }

    /** Commits after each step until the journal cannot be written; returns the commits before. */
    private static int fill(RunMeter meter, Runnable step) {
        for (int commits = 0; commits < MOST_COMMITS; commits++) {
            step.run();
            meter.commit();
            if (meter.snapshot().anomalies().containsKey(Anomaly.JOURNAL_FAILED)) {
                return commits;
            }
        }
        throw new AssertionError("the disk was never full");
    }

    private static Journal.Contents read(Path root) throws IOException {
        return Journal.read(root.resolve("run").resolve(Journal.FILE));
    }

    private static double keptSteps(Path root) throws IOException {
        return read(root).lines().getLast().state().kept().getOrDefault("steps", 0.0);
    }

    private static int run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var output = process.getInputStream()) {
            output.readAllBytes();
        }
        return process.waitFor();
    }

    /** Runs with a file system of some kilobytes; passed over where none can be mounted. */
    private void onSmallDisk(int kilobytes, Body body) throws IOException, InterruptedException {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        int mounted;
        try {
            mounted =
                    run(
                            "mount",
                            "-t",
                            "tmpfs",
                            "-o",
                            "size=" + kilobytes + "k",
                            "retort",
                            disk.toString());
        } catch (IOException _) {
            mounted = -1;
        }
        assumeTrue(mounted == 0, "this process may not mount a file system");
        try {
            body.run(disk);
        } finally {
            assertEquals(0, run("umount", "-l", disk.toString()));
        }
    }

    private interface Body {
        void run(Path disk) throws IOException, InterruptedException;
    }

    @Test
    void aDiskThatFillsUpCostsLaterLinesOnly() throws IOException, InterruptedException {
        onSmallDisk(
                64,
                disk -> {
                    int committed;
                    try (RunMeter meter = options(disk).open()) {
                        committed = fill(meter, () -> step(meter));
                        step(meter);
                        meter.commit();
                        RunAccount account = meter.finish();
                        assertEquals(committed + 2, account.steps());
                        assertEquals(
                                committed + 2, account.kept().steps(), "in memory all is well");
                        long failed = account.anomalies().getOrDefault(Anomaly.JOURNAL_FAILED, 0L);
                        assertTrue(failed >= 2, failed + " lines could not be written");
                    }
                    assertTrue(committed > 5, committed + " lines found room");
                    assertEquals(0, read(disk).unreadable(), "no line is torn");
                    assertEquals(committed, keptSteps(disk));
                    // Goes on from what is there, while the disk is still full.
                    try (RunMeter meter = options(disk).open()) {
                        RunAccount account = meter.snapshot();
                        assertEquals(2, account.attempts());
                        assertEquals(committed, account.kept().steps());
                        // The last number of steps is in the tail, which has its room.
                        assertEquals(committed + 2, account.steps());
                        assertEquals(2, account.lost().steps());
                        assertTrue(account.anomalies().containsKey(Anomaly.JOURNAL_FAILED));
                        step(meter);
                    }
                    assertEquals(committed, keptSteps(disk));
                });
    }

    @Test
    void aDiskThatGetsRoomAgainIsWrittenAgain() throws IOException, InterruptedException {
        onSmallDisk(
                64,
                disk -> {
                    Path ballast = disk.resolve("ballast");
                    fillUp(ballast);
                    RunMeter meter = options(disk).open();
                    step(meter);
                    meter.commit();
                    assertTrue(meter.snapshot().anomalies().containsKey(Anomaly.JOURNAL_FAILED));
                    assertFalse(
                            Files.exists(disk.resolve("run").resolve(Tail.FILE + ".new")),
                            "half a tail takes no room");
                    Files.delete(ballast);
                    step(meter);
                    meter.commit();
                    assertEquals(2, keptSteps(disk));
                    assertEquals(0, read(disk).unreadable());
                    meter.finish();
                    try (RunMeter second = options(disk).open()) {
                        assertEquals(2, second.snapshot().attempts());
                        assertEquals(2, second.snapshot().kept().steps());
                    }
                });
    }

    private static void fillUp(Path ballast) throws IOException {
        try (var out = Files.newOutputStream(ballast)) {
            byte[] block = new byte[512];
            while (true) {
                out.write(block);
            }
        } catch (IOException full) {
            assertTrue(Files.size(ballast) > 0, full.toString());
        }
    }

    /** The process whose files may not grow. */
    static final class Limited {
        private Limited() {}

        public static void main(String[] arguments) {
            RunMeter meter = RunOptions.of("run").journal(Path.of(arguments[0])).open();
            Runnable step =
                    () -> {
                        meter.beginStep();
                        meter.begin(Region.STEP);
                        meter.end(Region.STEP);
                        meter.endStep(4);
                    };
            int committed = fill(meter, step);
            step.run();
            RunAccount account = meter.snapshot();
            System.out.println(committed + " " + account.steps() + " " + account.kept().steps());
            System.out.flush();
            // Not ended in order, as by a kill.
            Runtime.getRuntime().halt(7);
        }
    }

    /** What the process said: commits that were written, steps, steps that survived. */
    private List<Integer> limited(int kilobytes) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add("bash");
        command.add("-c");
        // The JVM's own file of performance data would hit the limit as well.
        command.add("ulimit -f " + kilobytes + "; exec \"$@\"");
        command.add("bash");
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:-UsePerfData");
        command.add("-cp");
        command.add(Classes.path());
        command.add(Limited.class.getName());
        command.add(folder.toString());
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String said;
        try (var output = process.getInputStream()) {
            said = new String(output.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(7, process.exitValue(), said);
        return Stream.of(said.split(" ")).map(Integer::valueOf).toList();
    }

    @Test
    void filesThatMayNotGrowKeepWhatTheyHave() throws IOException, InterruptedException {
        List<Integer> said = limited(40);
        int committed = said.get(0);
        assertTrue(committed > 5, committed + " lines found room");
        assertEquals(List.of(committed, committed + 2, committed + 1), said);
        assertEquals(0, read(folder).unreadable());
        assertEquals(committed, keptSteps(folder));
        StoredRun stored = StoredRun.readAll(folder).getFirst();
        assertEquals(committed + 2, stored.totals().work().steps(), "by the tail");
        try (RunMeter meter = RunOptions.of("run").sampler(sampler).journal(folder).open()) {
            RunAccount account = meter.finish();
            assertEquals(2, account.attempts());
            assertEquals(committed + 2, account.steps());
            assertEquals(committed, account.kept().steps());
            assertEquals(2, account.lost().steps());
            assertEquals(Map.of(), account.anomalies());
        }
    }

    @Test
    void whereTheTailFindsNoRoomTheJournalIsKept() throws IOException, InterruptedException {
        // Less than a tail takes, more than some lines do: that it fails is found at once.
        List<Integer> said = limited(8);
        assertEquals(List.of(0, 2, 1), said);
        assertFalse(Files.exists(folder.resolve("run").resolve(Tail.FILE)));
        assertEquals(0, read(folder).unreadable());
        assertEquals(1, keptSteps(folder), "the commit was written");
        try (RunMeter meter = RunOptions.of("run").sampler(sampler).journal(folder).open()) {
            assertEquals(2, meter.snapshot().attempts());
            assertEquals(1, meter.finish().kept().steps());
        }
    }

    @Test
    void aFolderThatVanishesIsReported() throws IOException {
        try (RunMeter meter = options(folder).open()) {
            step(meter);
            meter.commit();
            try (Stream<Path> files = Files.walk(folder.resolve("run"))) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
            step(meter);
            meter.commit();
            RunAccount account = meter.finish();
            assertEquals(2, account.kept().steps());
            assertEquals(Map.of(Anomaly.JOURNAL_FAILED, 1L), account.anomalies());
            // The last line is written behind the account.
            assertEquals(Map.of(Anomaly.JOURNAL_FAILED, 2L), meter.snapshot().anomalies());
        }
        assertFalse(Files.exists(folder.resolve("run")), "what a user removed stays removed");
    }

    @Test
    void aJournalThatAnotherTookThePlaceOfIsNotWritten() throws IOException {
        try (RunMeter meter = options(folder).open()) {
            Path journal = folder.resolve("run").resolve(Journal.FILE);
            byte[] before = Files.readAllBytes(journal);
            Files.move(journal, folder.resolve("moved"));
            Files.write(journal, before);
            step(meter);
            meter.commit();
            assertEquals(Map.of(Anomaly.JOURNAL_FAILED, 1L), meter.snapshot().anomalies());
            assertEquals(before.length, Files.size(journal));
        }
    }

    @Test
    void aFolderThatCannotBeWrittenCostsTheJournalOnly() {
        // Nobody may make folders there, whatever his rights.
        try (RunMeter meter = options(Path.of("/proc")).open()) {
            step(meter);
            meter.commit();
            RunAccount account = meter.finish();
            assertEquals(1, account.kept().steps());
            assertEquals(Duration.ofNanos(10), account.ledger().of(Bucket.GOOD));
            assertEquals(Map.of(Anomaly.JOURNAL_FAILED, 1L), account.anomalies());
        }
    }
}
