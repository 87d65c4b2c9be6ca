package dev.retort.efficiency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.efficiency.journal.State;
import dev.retort.efficiency.jvm.JvmEvents;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Forces pauses in a JVM of its own and compares with what its log says. */
class JvmBlameTest {
    private static final int STEPS = 60;
    private static final int EVERY = 5;
    private static final double TOLERANCE = 0.05;
    private static final Pattern SAFEPOINT =
            Pattern.compile("^\\[(\\d+)ns\\].*Total:\\s+(\\d+) ns");
    private static final Pattern PAUSE = Pattern.compile("^\\[(\\d+)ns\\].*Pause .* ([0-9.]+)ms$");

    @TempDir Path folder;

    /** The JVM that pauses. */
    static final class Pausing {
        private Pausing() {}

        public static void main(String[] arguments) {
            Object[] live = new Object[1_500_000];
            for (int i = 0; i < live.length; i++) {
                live[i] = new int[4];
            }
            RunMeter meter = RunOptions.of("pausing").watchJvm().open();
            long begin = ManagementFactory.getRuntimeMXBean().getUptime();
            double sum = 0;
            for (int step = 0; step < STEPS; step++) {
                meter.beginStep();
                meter.begin(Region.STEP);
                for (int i = 0; i < 200_000; i++) {
                    sum += Math.sin(i);
                }
                if (step % EVERY == 0) {
                    System.gc();
                }
                meter.end(Region.STEP);
                meter.endStep(1);
            }
            long end = ManagementFactory.getRuntimeMXBean().getUptime();
            RunAccount account = meter.finish();
            JvmTime jvm = account.jvm().orElseThrow();
            JvmTime.Pause worst = jvm.worst().orElseThrow();
            System.out.printf(
                    "%d %d %d %d %d %d %d %d %d%n",
                    begin,
                    end,
                    jvm.stopped().toNanos(),
                    jvm.collecting().toNanos(),
                    account.ledger().of(Bucket.JVM_PAUSE).toNanos(),
                    worst.length().toNanos(),
                    worst.step(),
                    account.anomalies().size(),
                    jvm.compiling().toNanos());
            if (sum == 0.1 || live[7] == null) {
                System.out.println("never");
            }
        }
    }

    private record Log(double safepointNanos, double gcNanos) {}

    @Test
    void theBlameIsWhatTheLogSays() throws IOException, InterruptedException {
        Path file = folder.resolve("gc.log");
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-Xmx512m",
                                "-Xlog:gc*,safepoint:file=" + file + ":uptimenanos:filecount=0",
                                "-cp",
                                Classes.path(),
                                Pausing.class.getName())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        List<Long> said;
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            said =
                    reader.lines()
                            .flatMap(line -> List.of(line.split(" ")).stream())
                            .map(Long::valueOf)
                            .toList();
        }
        assertEquals(0, process.waitFor());
        Log log = read(file, said.get(0), said.get(1));
        String found = said + " " + log;
        assertTrue(log.gcNanos() > 50e6, "too little to compare: " + found);
        assertEquals(log.safepointNanos(), said.get(2), log.safepointNanos() * TOLERANCE, found);
        assertEquals(log.gcNanos(), said.get(3), log.gcNanos() * TOLERANCE, found);
        // Each collection fell into a region of training, other pauses may have come between steps.
        assertTrue(said.get(4) >= log.gcNanos() * (1 - TOLERANCE), found);
        assertTrue(said.get(4) <= said.get(2), found);
        assertTrue(said.get(5) <= said.get(2) && said.get(5) >= said.get(3) / (STEPS / EVERY));
        assertEquals(0, said.get(6) % EVERY, "worst at a step that collected: " + found);
        assertEquals(0, said.get(7), found);
        assertTrue(said.get(8) > 0, found);
    }

    private static Log read(Path file, long beginMillis, long endMillis) throws IOException {
        double safepoints = 0;
        double pauses = 0;
        for (String line : Files.readAllLines(file)) {
            Optional<Matcher> safepoint = within(SAFEPOINT, line, beginMillis, endMillis);
            safepoints += safepoint.map(found -> Double.parseDouble(found.group(2))).orElse(0.0);
            Optional<Matcher> pause = within(PAUSE, line, beginMillis, endMillis);
            pauses += pause.map(found -> Double.parseDouble(found.group(2)) * 1e6).orElse(0.0);
        }
        return new Log(safepoints, pauses);
    }

    private static Optional<Matcher> within(
            Pattern pattern, String line, long beginMillis, long endMillis) {
        Matcher matcher = pattern.matcher(line);
        if (!matcher.find()) {
            return Optional.empty();
        }
        double millis = Long.parseLong(matcher.group(1)) * 1e-6;
        return millis >= beginMillis && millis <= endMillis
                ? Optional.of(matcher)
                : Optional.empty();
    }

    @Test
    void whatTheJvmDoesAfterTheEndIsNoneOfTheRun() {
        RunClock clock = new RunClock(System::nanoTime, State.NONE);
        try (JvmBlame blame = new JvmBlame(clock, new TraceLog(clock), null)) {
            clock.finish(Outcome.SUCCEEDED);
            blame.end();
            long end = System.nanoTime();
            long hour = Duration.ofHours(1).toNanos();
            for (JvmEvents.Kind kind : JvmEvents.Kind.values()) {
                // One after the end, and one that lasts beyond it.
                blame.happened(kind, end + hour, end + 2 * hour);
                blame.happened(kind, end - hour, end + hour);
            }
            JvmTime time = blame.time();
            assertEquals(time.watched(), time.stopped(), "all of it, and no more");
            assertEquals(time.watched(), time.collecting());
            assertEquals(time.watched(), time.compiling());
            assertEquals(time.watched(), time.worst().orElseThrow().length());
        }
    }

    @Test
    void aRunThatIsNotWatchedSaysNothing() {
        try (RunMeter meter = RunMeter.open("plain")) {
            assertEquals(Optional.empty(), meter.snapshot().jvm());
            assertEquals(Map.of(), meter.snapshot().anomalies());
        }
    }

    @Test
    void theSentenceNamesShareAndWorstPause() {
        JvmTime time =
                new JvmTime(
                        Duration.ofSeconds(10),
                        Duration.ofMillis(410),
                        Duration.ofMillis(400),
                        Duration.ofMillis(30),
                        40,
                        Optional.of(new JvmTime.Pause(Duration.ofMillis(12), 812)));
        assertEquals("JVM-bound 4.1 %, worst pause 12.0 ms at step 812", time.toString());
    }
}
