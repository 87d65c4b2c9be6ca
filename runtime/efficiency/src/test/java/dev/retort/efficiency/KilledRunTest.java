package dev.retort.efficiency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Kills a process in the middle of its training by SIGKILL, and goes on. */
class KilledRunTest {
    private static final int COMMITTED = 40;
    private static final int STEPS = 57;

    @TempDir Path folder;

    /** The process that is killed. */
    static final class Victim {
        private Victim() {}

        public static void main(String[] arguments) {
            RunMeter meter = RunOptions.of("victim").journal(Path.of(arguments[0])).open();
            for (int step = 1; step <= STEPS; step++) {
                meter.beginStep();
                meter.begin(Region.INPUT);
                LockSupport.parkNanos(100_000);
                meter.end(Region.INPUT);
                meter.begin(Region.STEP);
                LockSupport.parkNanos(100_000);
                meter.end(Region.STEP);
                meter.endStep(8);
                if (step == COMMITTED) {
                    meter.commit();
                }
            }
            Ledger ledger = meter.snapshot().ledger();
            System.out.println(
                    "%d %d"
                            .formatted(
                                    ledger.of(Bucket.PENDING).toNanos(),
                                    ledger.of(Bucket.GOOD).toNanos()));
            // In the middle of a step, far from the next line of the journal.
            LockSupport.parkNanos(TimeUnit.MINUTES.toNanos(5));
        }
    }

    @Test
    void exactlyTheLostStepsAreLost() throws IOException, InterruptedException {
        Process process = start();
        String[] said;
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            said = reader.readLine().split(" ");
            try (RunMeter second = RunOptions.of("victim").journal(folder).open()) {
                assertEquals(
                        Map.of(Anomaly.NAME_IN_USE, 1L),
                        second.finish().anomalies(),
                        "another process has it");
            }
        } finally {
            process.destroyForcibly();
        }
        assertEquals(128 + 9, process.waitFor(), "killed");
        long pending = Long.parseLong(said[0]);
        long good = Long.parseLong(said[1]);
        try (RunMeter meter = RunOptions.of("victim").journal(folder).open()) {
            RunAccount account = meter.finish();
            assertEquals(2, account.attempts());
            assertEquals(STEPS, account.steps());
            assertEquals(COMMITTED, account.kept().steps());
            assertEquals(STEPS - COMMITTED, account.lost().steps());
            assertEquals(8L * (STEPS - COMMITTED), account.lost().items());
            assertEquals(pending, account.ledger().of(Bucket.LOST_PROGRESS).toNanos());
            assertEquals(good, account.ledger().of(Bucket.GOOD).toNanos());
            assertTrue(account.ledger().of(Bucket.INFRA_RECOVERY).isPositive());
            assertEquals(Map.of(), account.anomalies());
        }
    }

    private Process start() throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-cp");
        command.add(Classes.path());
        command.add(Victim.class.getName());
        command.add(folder.toString());
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }
}
