package dev.retort.efficiency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.cuda.Nvml;
import dev.retort.cuda.standin.StandIn;
import dev.retort.cuda.standin.StandInExtension;
import dev.retort.device.counters.CpuCounters;
import dev.retort.device.counters.GpuCounters;
import dev.retort.device.sampling.Sampler;
import dev.retort.device.sampling.SamplerOptions;
import dev.retort.efficiency.Spending.Part;
import dev.retort.efficiency.StoredRun.Stretch;
import dev.retort.efficiency.figures.EnergyPerItem;
import dev.retort.efficiency.report.Figures;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.locks.LockSupport;

class SpendingTest {
    @TempDir Path folder;

    @Test
    void itIsAddedAndKeptByName() {
        Spending one =
                new Spending(
                        Optional.of(new Part(3, Duration.ofSeconds(2))),
                        Optional.of(new Part(8, Duration.ofSeconds(2))),
                        Optional.of(new Part(4096, Duration.ofSeconds(2))),
                        Optional.of(new Part(1e-3, Duration.ofSeconds(2))),
                        Map.of(
                                "GPU-1 BOARD",
                                new Part(500, Duration.ofSeconds(2), OptionalDouble.of(3))));
        Spending other =
                new Spending(
                        Optional.empty(),
                        Optional.of(new Part(2, Duration.ofSeconds(1))),
                        Optional.of(new Part(1024, Duration.ofSeconds(1))),
                        Optional.of(new Part(2e-3, Duration.ofSeconds(1))),
                        Map.of(
                                "GPU-1 BOARD",
                                        new Part(100, Duration.ofMillis(500), OptionalDouble.of(4)),
                                "cpu PACKAGES", new Part(7, Duration.ofSeconds(1))));
        Spending sum = one.plus(other);
        assertEquals(
                new Spending(
                        Optional.of(new Part(3, Duration.ofSeconds(2))),
                        Optional.of(new Part(10, Duration.ofSeconds(3))),
                        Optional.of(new Part(4096, Duration.ofSeconds(3))),
                        Optional.of(new Part(3e-3, Duration.ofSeconds(3))),
                        Map.of(
                                "GPU-1 BOARD",
                                        new Part(
                                                600, Duration.ofMillis(2500), OptionalDouble.of(7)),
                                "cpu PACKAGES", new Part(7, Duration.ofSeconds(1)))),
                sum);
        assertEquals(sum, Spending.of(sum.named()));
        assertEquals(sum, sum.plus(Spending.NONE));
        assertEquals(Spending.NONE, Spending.of(Map.of("of a later version", 3.0)));
    }

    @Test
    @ExtendWith(StandInExtension.class)
    void everyAttemptAddsWhatItTook(StandIn standIn) throws IOException {
        // By the power, whose integral has an error bound.
        standIn.fail("nvmlDeviceGetTotalEnergyConsumption", 3, -1);
        long[] epoch = {1_000_000_000_000L};
        List<Spending> attempts = new ArrayList<>();
        Spending all = Spending.NONE;
        for (int attempt = 0; attempt < 3; attempt++) {
            try (Nvml nvml = Nvml.open().optional().orElseThrow()) {
                GpuCounters gpu = GpuCounters.open(nvml, nvml.deviceByIndex(0));
                try (Sampler sampler =
                                Sampler.manual(
                                        SamplerOptions.defaults(),
                                        List.of(CpuCounters.host(), gpu));
                        RunMeter meter =
                                RunOptions.of("run")
                                        .sampler(sampler)
                                        .journal(folder)
                                        .epochClock(() -> epoch[0])
                                        .open()) {
                    if (attempt > 0) {
                        assertEquals(
                                board(all),
                                board(meter.snapshot().spending()),
                                "what was spent before");
                    }
                    sampler.tick();
                    meter.beginStep();
                    // The power is integrated over real time.
                    LockSupport.parkNanos(20_000_000);
                    meter.endStep(10);
                    sampler.tick();
                    epoch[0] += 5_000_000_000L;
                    if (attempt < 2) {
                        meter.fail(FailureClass.PREEMPTED, "the machine was taken away");
                    } else {
                        meter.finish();
                    }
                    Spending sum = meter.snapshot().spending();
                    double watts = 312.5;
                    double least = watts * 0.02 * (attempt + 1);
                    assertTrue(board(sum).amount() >= least, sum.toString());
                    assertTrue(
                            board(sum).errorBound().orElseThrow()
                                    > (attempt == 0 ? 0 : board(all).errorBound().orElseThrow()));
                    all = sum;
                    attempts.add(all);
                    EnergyPerItem energy = Figures.of(meter, meter.snapshot()).energy();
                    assertEquals(EnergyPerItem.Scope.GPU, energy.scope());
                    assertEquals(
                            board(all).amount() / (10 * (attempt + 1)),
                            energy.joules().ifMeasured().orElseThrow(),
                            1e-9);
                    assertEquals(
                            board(all).errorBound().orElseThrow() / board(all).amount(),
                            energy.relativeError().orElseThrow(),
                            1e-9);
                }
            }
            epoch[0] += 60_000_000_000L;
        }
        StoredRun run = StoredRun.readAll(folder).getFirst();
        assertEquals(attempts.getLast(), run.spending());
        double before = 0;
        for (Spending sum : attempts) {
            double cpu = sum.cpuSeconds().orElseThrow().amount();
            assertTrue(cpu >= before, "no attempt takes anything back");
            before = cpu;
        }
        assertTrue(
                run.spending()
                                .cpuSeconds()
                                .orElseThrow()
                                .covered()
                                .compareTo(attempts.getFirst().cpuSeconds().orElseThrow().covered())
                        > 0);
        assertEquals(
                List.of(stretch(1000, 1005), stretch(1065, 1070), stretch(1130, 1135)),
                run.stretches());
    }

    /** The energy of the only GPU. */
    private static Part board(Spending spending) {
        return spending.joules().entrySet().stream()
                .filter(part -> part.getKey().endsWith(" BOARD"))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow(() -> new AssertionError(spending.toString()));
    }

    private static Stretch stretch(long from, long to) {
        return new Stretch(Instant.ofEpochSecond(from), Instant.ofEpochSecond(to));
    }
}
