package dev.retort.efficiency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.retort.device.Reading;
import dev.retort.device.counters.CpuCounters;
import dev.retort.device.sampling.Sampler;
import dev.retort.device.sampling.SamplerOptions;
import dev.retort.efficiency.HostWatch.Mark;
import dev.retort.efficiency.HostWatch.Turns;
import dev.retort.efficiency.verdict.Bottleneck;
import dev.retort.efficiency.verdict.HostActivity;
import dev.retort.efficiency.verdict.Verdict;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

class HostWatchTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Reading ABSENT = new Reading.Absent("no such file");

    @TempDir Path folder;

    private final Sampler sampler =
            Sampler.manual(SamplerOptions.defaults(), List.of(CpuCounters.host()));
    private final HostWatch watch = new HostWatch(sampler, null);

    @AfterEach
    void close() {
        sampler.close();
    }

    private static Reading at(double seconds, double value) {
        return new Reading.Measured(value, "test", Math.round(seconds * SECOND));
    }

    private static Mark mark(double seconds, double ran, double waited, Reading own, Reading all) {
        Turns turns = new Turns(Math.round(ran * SECOND), Math.round(waited * SECOND));
        return new Mark(Math.round(seconds * SECOND), Optional.of(turns), own, all);
    }

    @Test
    void whatGrewBetweenTwoMomentsCounts() {
        // The counters are sampled at moments of their own.
        Mark from = mark(10, 3, 1, at(9.5, 100), at(9.75, 1000));
        Mark to = mark(20, 9, 3.5, at(19.5, 106), at(19.75, 1015));
        HostActivity found = watch.between(from, to);
        assertEquals(0.25, found.waiting().orElseThrow(), 1e-12);
        assertEquals(0.6, found.own().orElseThrow(), 1e-12);
        assertEquals(0.9, found.others().orElseThrow(), 1e-12);
        assertTrue(found.cores() >= 1);
        // Both counters are coarse: less than nothing is nothing.
        Mark coarse = mark(20, 9, 3.5, at(19.5, 120), at(19.75, 1015));
        assertEquals(0, watch.between(from, coarse).others().orElseThrow());
    }

    @Test
    void whatIsNotToldIsEmpty() {
        Mark from = mark(10, 3, 1, at(9, 100), ABSENT);
        Mark idle = mark(20, 3.01, 1.02, at(9, 100), at(19, 7));
        HostActivity found = watch.between(from, idle);
        assertEquals(OptionalDouble.empty(), found.waiting(), "another thread trains");
        assertEquals(OptionalDouble.empty(), found.own(), "no sample since");
        assertEquals(OptionalDouble.empty(), found.others());
        assertEquals(OptionalDouble.empty(), watch.between(from, from).waiting(), "no time");
        Mark unknown = new Mark(30 * SECOND, Optional.empty(), ABSENT, ABSENT);
        assertEquals(OptionalDouble.empty(), watch.between(from, unknown).waiting());
        assertEquals(0, watch.between(from, unknown).lost());
    }

    private Optional<Turns> turns(@Nullable String text) throws IOException {
        Path file = folder.resolve("schedstat");
        if (text == null) {
            Files.deleteIfExists(file);
        } else {
            Files.writeString(file, text);
        }
        return new HostWatch(sampler, file).mark().thread();
    }

    @Test
    void theAccountOfTheSchedulerIsThreeNumbers() throws IOException {
        assertEquals(Optional.of(new Turns(94_290, 2_080_141)), turns("94290 2080141 2\n"));
        // A kernel that keeps no account says 0.
        for (String text : new String[] {null, "0 0 0\n", "", "1 2\n", "a b c\n"}) {
            assertEquals(Optional.empty(), turns(text), text);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void theAccountIsThatOfTheThreadThatOpens() throws Exception {
        Path file = HostWatch.ofThisThread();
        assumeTrue(file != null && new HostWatch(sampler, file).mark().thread().isPresent());
        HostWatch own = new HostWatch(sampler, file);
        long before = own.begin().thread().orElseThrow().ran();
        long limit = System.nanoTime() + 30 * SECOND;
        while (own.mark().thread().orElseThrow().ran() < before + 20_000_000) {
            assertTrue(System.nanoTime() < limit, "this thread runs");
        }
        AtomicReference<@Nullable Path> virtual = new AtomicReference<>(file);
        Thread.ofVirtual().start(() -> virtual.set(HostWatch.ofThisThread())).join();
        assertNull(virtual.get(), "it has no thread of the system for its own");
    }

    /** Takes as long as two windows: about 11 s on an idle machine. */
    @Test
    @Tag("slow")
    @EnabledOnOs(OS.LINUX)
    void tooManyThreadsAreFoundOut() throws InterruptedException {
        Path file = HostWatch.ofThisThread();
        assumeTrue(file != null && new HostWatch(sampler, file).mark().thread().isPresent());
        AtomicBoolean done = new AtomicBoolean();
        List<Thread> spinning = new ArrayList<>();
        for (int i = 0; i < 4 * Runtime.getRuntime().availableProcessors(); i++) {
            spinning.add(
                    Thread.ofPlatform()
                            .daemon()
                            .start(
                                    () -> {
                                        while (!done.get()) {
                                            Thread.onSpinWait();
                                        }
                                    }));
        }
        try (RunMeter meter = RunOptions.of("crowded").open()) {
            long limit = System.nanoTime() + 120 * SECOND;
            while (meter.history().verdict().isEmpty() && System.nanoTime() < limit) {
                meter.beginStep();
                meter.begin(Region.STEP);
                long end = System.nanoTime() + 20_000_000;
                while (System.nanoTime() < end) {
                    Thread.onSpinWait();
                }
                meter.end(Region.STEP);
                meter.endStep(1);
            }
            Verdict verdict = meter.history().verdict().orElseThrow();
            assertEquals(Bottleneck.CONTENTION, verdict.bottleneck(), verdict.toString());
            assertTrue(verdict.share() > 0.2, verdict.toString());
            assertTrue(verdict.evidence().contains("waiting for a core took"), verdict.evidence());
        } finally {
            done.set(true);
            for (Thread thread : spinning) {
                thread.join();
            }
        }
    }
}
