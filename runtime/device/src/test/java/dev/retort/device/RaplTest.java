package dev.retort.device;

import static dev.retort.device.Readings.reason;
import static dev.retort.device.Readings.source;
import static dev.retort.device.Readings.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

class RaplTest {
    private static final double MICROJOULE = 1e-6;

    private final FakeMachine machine;
    private long nanoTime = 5;

    RaplTest(@TempDir Path folder) {
        machine = new FakeMachine(folder);
    }

    private Rapl open() {
        return Rapl.open(machine.powercap(), Files::readString, () -> nanoTime);
    }

    private void pass(Duration time) {
        nanoTime += time.toNanos();
    }

    @Test
    void countsFromItsOpening() {
        machine.domain("intel-rapl:0", "package-0", 7_000_000);
        Rapl rapl = open();
        assertEquals(0.0, value(rapl.joules()));
        pass(Duration.ofSeconds(1));
        machine.energy("intel-rapl:0", 9_500_000);
        assertEquals(2.5, value(rapl.joules()), MICROJOULE);
    }

    @Test
    void sumsPackagesAndNothingElse() {
        machine.domain("intel-rapl:0", "package-0", 10_000_000)
                .domain("intel-rapl:1", "package-1-die-0", 20_000_000)
                .domain("intel-rapl:2", "psys", 30_000_000)
                .domain("intel-rapl:0:0", "core", 40_000_000)
                .domain("intel-rapl:0:1", "package-in-a-sub-domain", 50_000_000)
                .domain("intel-rapl-mmio:0", "package-0", 60_000_000);
        Rapl rapl = open();
        pass(Duration.ofSeconds(1));
        machine.energy("intel-rapl:0", 11_000_000)
                .energy("intel-rapl:1", 22_000_000)
                .energy("intel-rapl:2", 130_000_000)
                .energy("intel-rapl:0:0", 140_000_000)
                .energy("intel-rapl:0:1", 150_000_000)
                .energy("intel-rapl-mmio:0", 160_000_000);
        Reading joules = rapl.joules();
        assertEquals(3.0, value(joules), MICROJOULE);
        assertEquals(
                machine.energy("intel-rapl:0") + " + " + machine.energy("intel-rapl:1"),
                source(joules));
    }

    @Test
    void correctsEveryWrapAround() {
        long start = FakeMachine.RANGE - 4_000_000;
        machine.domain("intel-rapl:0", "package-0", start);
        Rapl rapl = open();
        long wraps = 0;
        for (int minute = 1; minute <= 180; minute++) {
            pass(Duration.ofMinutes(1));
            long truth = minute * 400L * 60 * 1_000_000;
            wraps = (start + truth) / FakeMachine.RANGE;
            machine.energy("intel-rapl:0", (start + truth) % FakeMachine.RANGE);
            assertEquals(minute * 400.0 * 60, value(rapl.joules()), 1e-3);
        }
        assertEquals(17, wraps, "the test must cover many wraps");
    }

    @Test
    void timeUnreadForAWholeTurnIsUnknownForever() {
        machine.domain("intel-rapl:0", "package-0", 0);
        Rapl rapl = open();
        pass(Duration.ofMillis(262_143));
        machine.energy("intel-rapl:0", 1_000_000);
        assertEquals(1.0, value(rapl.joules()), MICROJOULE);
        pass(Duration.ofMillis(262_144));
        machine.energy("intel-rapl:0", 2_000_000);
        assertTrue(reason(rapl.joules()).contains("wrapped around unseen"));
        pass(Duration.ofSeconds(1));
        assertTrue(reason(rapl.joules()).startsWith(machine.energy("intel-rapl:0").toString()));
    }

    @Test
    void measuringBeginsAnewAfterUnknownTime() {
        machine.domain("intel-rapl:0", "package-0", 0);
        Rapl rapl = open();
        Rapl.Sample before = rapl.sample();
        pass(Duration.ofHours(1));
        Rapl.Sample after = rapl.sample();
        pass(Duration.ofSeconds(1));
        machine.energy("intel-rapl:0", 3_000_000);
        assertTrue(reason(rapl.joulesSince(before)).contains("wrapped around unseen"));
        assertEquals(3.0, value(rapl.joulesSince(after)), MICROJOULE);
    }

    @Test
    void counterThatRestartsIsNotTakenForAWrapAround() {
        machine.domain("intel-rapl:0", "package-0", 50_000_000_000L);
        Rapl rapl = open();
        pass(Duration.ofSeconds(1));
        machine.energy("intel-rapl:0", 0);
        assertTrue(reason(rapl.joules()).contains("restarted"));
    }

    @Test
    void energyBetweenTwoFailuresIsNotLost() throws IOException {
        machine.domain("intel-rapl:0", "package-0", 1_000_000);
        Rapl rapl = open();
        pass(Duration.ofSeconds(1));
        Files.delete(machine.energy("intel-rapl:0"));
        assertEquals(machine.energy("intel-rapl:0") + " does not exist", reason(rapl.joules()));
        pass(Duration.ofSeconds(1));
        machine.energy("intel-rapl:0", 8_000_000);
        assertEquals(7.0, value(rapl.joules()), MICROJOULE);
    }

    @Test
    void missingFolderIsNamed() {
        String reason = reason(open().joules());
        assertTrue(reason.startsWith(machine.powercap() + " does not exist"), reason);
        assertTrue(reason.contains("RAPL"), reason);
    }

    @Test
    void folderWithoutPackageIsNamed() {
        machine.domain("intel-rapl:0", "psys", 1);
        assertEquals(
                machine.powercap() + " has no processor package with a RAPL counter",
                reason(open().joules()));
    }

    @Test
    void deniedFileIsNamedWithWhoMayReadIt() {
        machine.domain("intel-rapl:0", "package-0", 1);
        Path denied = machine.energy("intel-rapl:0");
        Rapl rapl =
                Rapl.open(
                        machine.powercap(),
                        file -> {
                            if (file.equals(denied)) {
                                throw new AccessDeniedException(file.toString());
                            }
                            return Files.readString(file);
                        },
                        () -> nanoTime);
        assertEquals(
                denied + " is denied to this user: since Linux 5.10 it is readable by root only",
                reason(rapl.joules()));
    }

    @Test
    void unreadableFileIsNamed() throws IOException {
        machine.domain("intel-rapl:0", "package-0", 1);
        Path energy = machine.energy("intel-rapl:0");
        Files.delete(energy);
        Files.createDirectory(energy);
        String reason = reason(open().joules());
        assertTrue(reason.startsWith(energy + " cannot be read: "), reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "12 34", "0x10", "9999999999999999999", "energy"})
    void garbageIsQuoted(String garbage) {
        machine.domain("intel-rapl:0", "package-0", 1);
        FakeMachine.write(machine.energy("intel-rapl:0"), garbage);
        assertEquals(
                "%s is not a count: '%s'".formatted(machine.energy("intel-rapl:0"), garbage),
                reason(open().joules()));
    }

    @Test
    void countBeyondItsRangeIsRefused() {
        machine.domain("intel-rapl:0", "package-0", FakeMachine.RANGE + 1);
        String reason = reason(open().joules());
        assertTrue(reason.contains("more than its range"), reason);
    }

    @Test
    void zeroRangeIsRefused() {
        machine.domain("intel-rapl:0", "package-0", 0);
        Path range = machine.powercap().resolve("intel-rapl:0/max_energy_range_uj");
        FakeMachine.write(range, "0\n");
        assertEquals(range + " is zero", reason(open().joules()));
    }
}
