package dev.retort.efficiency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * The case that a known tool scores 99.6 %: a loop that computes for 2 s and is blocked on input
 * for 8 s, 200 times.
 */
class SyntheticCaseTest {
    private static final int STEPS = 200;
    private static final long SECOND = 1_000_000_000L;

    /** The real clock, which remembers what it told the thread of the test. */
    private static final class Readings implements LongSupplier {
        private final Thread owner = Thread.currentThread();
        private long last;

        @Override
        public long getAsLong() {
            long now = System.nanoTime();
            if (Thread.currentThread() == owner) {
                last = now;
            }
            return now;
        }
    }

    private static void waitFor(long nanos) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    @Test
    void aLoopBlockedOnInputIsTwentyPercentGood() {
        long[] now = {0};
        RunMeter meter = RunOptions.of("blocked").nanoClock(() -> now[0]).open();
        for (int step = 0; step < STEPS; step++) {
            meter.beginStep();
            meter.begin(Region.INPUT);
            now[0] += 8 * SECOND;
            meter.end(Region.INPUT);
            meter.begin(Region.STEP);
            now[0] += 2 * SECOND;
            meter.end(Region.STEP);
            meter.endStep(1);
        }
        Ledger ledger = meter.finish().ledger();
        assertEquals(0.2, ledger.goodput(), 1e-12);
        assertEquals(0.8, ledger.share(Bucket.INPUT_STALL), 1e-12);
        assertEquals(Duration.ofSeconds(2000), ledger.elapsed());
    }

    @Test
    void aLoopThatIsReallyBlockedReadsWhatItsClockSaid() {
        Readings readings = new Readings();
        RunMeter meter = RunOptions.of("really blocked").nanoClock(readings).open();
        long computing = 0;
        long waiting = 0;
        for (int step = 0; step < STEPS; step++) {
            meter.beginStep();
            meter.begin(Region.INPUT);
            long begin = readings.last;
            waitFor(4_000_000);
            meter.end(Region.INPUT);
            waiting += readings.last - begin;
            meter.begin(Region.STEP);
            begin = readings.last;
            waitFor(1_000_000);
            meter.end(Region.STEP);
            computing += readings.last - begin;
            meter.endStep(1);
        }
        Ledger ledger = meter.finish().ledger();
        assertEquals(computing, ledger.of(Bucket.GOOD).toNanos());
        assertEquals(waiting, ledger.of(Bucket.INPUT_STALL).toNanos());
        assertTrue(waiting >= STEPS * 4_000_000L && computing >= STEPS * 1_000_000L);
    }

    @Test
    void aPrefetchingInputStallsAsLongAsItIsExposed() throws InterruptedException {
        // Reading takes twice as long as computing and goes on meanwhile: half of it is hidden.
        BlockingQueue<Integer> batches = new ArrayBlockingQueue<>(1);
        int steps = 100;
        Thread reader =
                Thread.ofPlatform()
                        .daemon()
                        .start(
                                () -> {
                                    try {
                                        for (int i = 0; i < steps; i++) {
                                            waitFor(4_000_000);
                                            batches.put(i);
                                        }
                                    } catch (InterruptedException _) {
                                        Thread.currentThread().interrupt();
                                    }
                                });
        Readings readings = new Readings();
        RunMeter meter = RunOptions.of("prefetching").nanoClock(readings).open();
        long waiting = 0;
        for (int step = 0; step < steps; step++) {
            meter.beginStep();
            meter.begin(Region.INPUT);
            long begin = readings.last;
            batches.take();
            meter.end(Region.INPUT);
            waiting += readings.last - begin;
            meter.begin(Region.STEP);
            waitFor(2_000_000);
            meter.end(Region.STEP);
            meter.endStep(1);
        }
        Ledger ledger = meter.finish().ledger();
        reader.join();
        assertEquals(waiting, ledger.of(Bucket.INPUT_STALL).toNanos());
        assertTrue(ledger.of(Bucket.GOOD).compareTo(Duration.ofMillis(2L * steps)) >= 0);
    }

    @Test
    void prefetchingThatHidesHalfReadsHalf() {
        // 2 s of computing hide as much of 4 s of reading.
        long[] now = {0};
        RunMeter meter = RunOptions.of("hidden").nanoClock(() -> now[0]).open();
        long ready = 0;
        for (int step = 0; step < STEPS; step++) {
            ready += 4 * SECOND;
            meter.beginStep();
            meter.begin(Region.INPUT);
            now[0] = Math.max(now[0], ready);
            meter.end(Region.INPUT);
            meter.begin(Region.STEP);
            now[0] += 2 * SECOND;
            meter.end(Region.STEP);
            meter.endStep(1);
        }
        Ledger ledger = meter.finish().ledger();
        assertEquals(0.5, ledger.goodput(), 0.002, "the first batch is hidden by nothing");
        assertEquals(0.5, ledger.share(Bucket.INPUT_STALL), 0.002);
    }
}
