package dev.retort.device.counters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.device.counters.Probe.State;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

class RaplTest {
    private static final double MICROJOULE = 1e-6;

    private final FakeMachine machine;
    private long nanoTime = 5;

    RaplTest(@TempDir Path folder) {
        machine = new FakeMachine(folder);
    }

    private Probe open() {
        Probe rapl = Rapl.open("cpu", machine.powercap(), KernelFile::new);
        rapl.sample(nanoTime);
        return rapl;
    }

    private double joules(Probe rapl) {
        rapl.sample(nanoTime);
        assertEquals(State.MEASURED, rapl.state(0), () -> rapl.reason(0));
        return rapl.value(0);
    }

    private String reason(Probe rapl) {
        rapl.sample(nanoTime);
        assertEquals(State.ABSENT, rapl.state(0));
        return rapl.reason(0);
    }

    private void pass(Duration time) {
        nanoTime += time.toNanos();
    }

    @Test
    void countsFromItsFirstSample() {
        machine.domain("intel-rapl:0", "package-0", 7_000_000);
        Probe rapl = open();
        assertEquals(0.0, joules(rapl));
        pass(Duration.ofSeconds(1));
        machine.energy("intel-rapl:0", 9_500_000);
        assertEquals(2.5, joules(rapl), MICROJOULE);
    }

    @Test
    void sumsPackagesAndNothingElse() {
        machine.domain("intel-rapl:0", "package-0", 10_000_000)
                .domain("intel-rapl:1", "package-1-die-0", 20_000_000)
                .domain("intel-rapl:2", "psys", 30_000_000)
                .domain("intel-rapl:0:0", "core", 40_000_000)
                .domain("intel-rapl:0:1", "package-in-a-sub-domain", 50_000_000)
                .domain("intel-rapl-mmio:0", "package-0", 60_000_000);
        Probe rapl = open();
        pass(Duration.ofSeconds(1));
        machine.energy("intel-rapl:0", 11_000_000)
                .energy("intel-rapl:1", 22_000_000)
                .energy("intel-rapl:2", 130_000_000)
                .energy("intel-rapl:0:0", 140_000_000)
                .energy("intel-rapl:0:1", 150_000_000)
                .energy("intel-rapl-mmio:0", 160_000_000);
        assertEquals(3.0, joules(rapl), MICROJOULE);
        assertEquals(
                machine.energy("intel-rapl:0") + " + " + machine.energy("intel-rapl:1"),
                rapl.series().getFirst().source());
    }

    @Test
    void correctsEveryWrapAround() {
        long start = FakeMachine.RANGE - 4_000_000;
        machine.domain("intel-rapl:0", "package-0", start);
        Probe rapl = open();
        long wraps = 0;
        for (int minute = 1; minute <= 180; minute++) {
            pass(Duration.ofMinutes(1));
            long truth = minute * 400L * 60 * 1_000_000;
            wraps = (start + truth) / FakeMachine.RANGE;
            machine.energy("intel-rapl:0", (start + truth) % FakeMachine.RANGE);
            assertEquals(minute * 400.0 * 60, joules(rapl), 1e-3);
        }
        assertEquals(17, wraps, "the test must cover many wraps");
    }

    @Test
    void timeUnreadForAWholeTurnIsAGap() {
        machine.domain("intel-rapl:0", "package-0", 0);
        Probe rapl = open();
        pass(Duration.ofMillis(262_143));
        machine.energy("intel-rapl:0", 1_000_000);
        assertEquals(1.0, joules(rapl), MICROJOULE);
        pass(Duration.ofMillis(262_144));
        machine.energy("intel-rapl:0", 2_000_000);
        rapl.sample(nanoTime);
        assertEquals(State.GAP, rapl.state(0));
        assertTrue(rapl.reason(0).contains("wrapped around unseen"), rapl.reason(0));
        pass(Duration.ofSeconds(1));
        machine.energy("intel-rapl:0", 5_000_000);
        assertEquals(4.0, joules(rapl), MICROJOULE, "what is known");
    }

    @Test
    void counterThatRestartsIsNotTakenForAWrapAround() {
        machine.domain("intel-rapl:0", "package-0", 50_000_000_000L);
        Probe rapl = open();
        pass(Duration.ofSeconds(1));
        machine.energy("intel-rapl:0", 0);
        rapl.sample(nanoTime);
        assertEquals(State.GAP, rapl.state(0));
    }

    @Test
    void energyBetweenTwoFailuresIsNotLost() {
        machine.domain("intel-rapl:0", "package-0", 1_000_000);
        AtomicBoolean broken = new AtomicBoolean();
        Probe rapl =
                Rapl.open(
                        "cpu",
                        machine.powercap(),
                        path -> new FailingFile(path, broken, new IOException("simulated")));
        joules(rapl);
        pass(Duration.ofSeconds(1));
        broken.set(true);
        assertEquals(
                machine.energy("intel-rapl:0") + " cannot be read: java.io.IOException: simulated",
                reason(rapl));
        broken.set(false);
        pass(Duration.ofSeconds(1));
        machine.energy("intel-rapl:0", 8_000_000);
        assertEquals(7.0, joules(rapl), MICROJOULE);
    }

    @Test
    void missingFolderIsNamed() {
        String reason = reason(open());
        assertTrue(reason.startsWith(machine.powercap() + " does not exist"), reason);
        assertTrue(reason.contains("RAPL"), reason);
    }

    @Test
    void folderWithoutPackageIsNamed() {
        machine.domain("intel-rapl:0", "psys", 1);
        assertEquals(
                machine.powercap() + " has no processor package with a RAPL counter",
                reason(open()));
    }

    @Test
    void deniedFileIsNamedWithWhoMayReadIt() {
        machine.domain("intel-rapl:0", "package-0", 1);
        Path denied = machine.energy("intel-rapl:0");
        Probe rapl =
                Rapl.open(
                        "cpu",
                        machine.powercap(),
                        path ->
                                new FailingFile(
                                        path,
                                        new AtomicBoolean(path.equals(denied)),
                                        new AccessDeniedException(path.toString())));
        assertEquals(
                denied + " is denied to this user: since Linux 5.10 it is readable by root only",
                reason(rapl));
    }

    @Test
    void unreadableFileIsNamed() throws IOException {
        machine.domain("intel-rapl:0", "package-0", 1);
        Path energy = machine.energy("intel-rapl:0");
        Files.delete(energy);
        Files.createDirectory(energy);
        String reason = reason(open());
        assertTrue(reason.startsWith(energy + " cannot be read: "), reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "12 34", "0x10", "9999999999999999999", "energy"})
    void garbageIsQuoted(String garbage) {
        machine.domain("intel-rapl:0", "package-0", 1);
        FakeMachine.write(machine.energy("intel-rapl:0"), garbage);
        assertEquals(
                "%s says '%s', not a count up to %d"
                        .formatted(machine.energy("intel-rapl:0"), garbage, FakeMachine.RANGE),
                reason(open()));
    }

    @Test
    void countBeyondItsRangeIsRefused() {
        machine.domain("intel-rapl:0", "package-0", FakeMachine.RANGE + 1);
        assertTrue(reason(open()).endsWith("not a count up to " + FakeMachine.RANGE));
    }

    @Test
    void zeroRangeIsRefused() {
        machine.domain("intel-rapl:0", "package-0", 0);
        Path range = machine.powercap().resolve("intel-rapl:0/max_energy_range_uj");
        FakeMachine.write(range, "0\n");
        assertEquals(range + " says '0', not a count above 0", reason(open()));
    }

    /** A file that fails while a switch is on. */
    private static final class FailingFile extends KernelFile {
        private final AtomicBoolean broken;
        private final IOException failure;

        FailingFile(Path path, AtomicBoolean broken, IOException failure) {
            super(path);
            this.broken = broken;
            this.failure = failure;
        }

        @Override
        void read() throws IOException {
            if (broken.get()) {
                throw failure;
            }
            super.read();
        }
    }
}
